import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { ChangeFacts } from '#model/change-facts.ts';
import type { ChangeInput, PolicyInput, Root, RootInput } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import type { RecordFacts } from '#model/record-facts.ts';
import { changeInput } from '#policy/change-input.ts';
import { rootInput } from '#policy/root-input.ts';
import { splitExamples } from '#policy/rule-examples.ts';
import { isFields } from '#util/manifest.ts';
import { policyData } from '../../src/cli/gate.ts';
import { repository } from './policy-cases.ts';
import { repositoryFleet } from './repository-fleet.ts';

export type ExampleFile = 'allowed' | 'denied';

/** Documents that are judged together, as one root would be rendered: the part of a file behind one `# denied: why` line. */
export interface ExampleSet {
  readonly why: string;
  /** Line of the file on which the set begins. */
  readonly line: number;
  readonly root: Root;
  readonly data: Readonly<Record<string, unknown>>;
  readonly documents: readonly unknown[];
  /** Documents behind `# base`, up to `# head`: what the same root renders at the base; undefined for a new root. */
  readonly base: readonly unknown[] | undefined;
}

const directive = /^# (root|data|only): (.+)$/;

/** The sets of one example file. Directives above the first heading hold for all sets, those below it for their own set. */
export const examplesOf = (code: string, file: ExampleFile): ExampleSet[] => {
  const { shared, parts } = splitExamples(readFileSync(exampleFile(code, file), 'utf8'));
  return parts.map(({ why, line, lines }) => {
    const read = (name: string): Record<string, unknown> => Object.assign({}, ...[...shared, ...lines].map((l) => directiveIn(l, name)));
    const { base, head } = sides(lines);
    return { why, line, root: rootOf(read('root')), data: dataOf(read('only'), read('data')), documents: head, base };
  });
};

const exampleFile = (code: string, file: ExampleFile): string => path.join(repository, 'policies', 'rules', ...code.split('.'), `${file}.yaml`);

export const hasExamples = (code: string): boolean => existsSync(exampleFile(code, 'allowed')) || existsSync(exampleFile(code, 'denied'));

const directiveIn = (line: string, name: string): Record<string, unknown> => {
  const [, found, value = ''] = directive.exec(line) ?? [];
  if (found !== name) return {};
  const parsed: unknown = parse(value);
  if (!isFields(parsed)) throw new TypeError(`${line}: write a map, like # ${name}: {a: b}`);
  return { ...parsed };
};

const sides = (lines: readonly string[]): { head: unknown[]; base: unknown[] | undefined } => {
  const from = lines.indexOf('# base');
  if (from < 0) return { head: documentsIn(lines), base: undefined };
  const to = lines.indexOf('# head', from);
  if (to < 0) throw new TypeError('# base is not followed by # head');
  return { head: documentsIn([...lines.slice(0, from), '---', ...lines.slice(to)]), base: documentsIn(lines.slice(from, to)) };
};

const documentsIn = (lines: readonly string[]): unknown[] =>
  parseAllDocuments(lines.join('\n'), { merge: true }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    return value === null ? [] : [value];
  });

const rootOf = (facts: Record<string, unknown>): Root => {
  const kind = (facts['kind'] ?? 'agent') as Root['kind'];
  const agentDefaults = { agent: 'mro-optimizer', ring: 'w3', tier: 'region' };
  const root = { kind, ...(kind === 'agent' ? agentDefaults : {}), ...facts } as Omit<Root, 'path'> & { path?: string };
  const paths: Record<Root['kind'], string> = {
    agent: `agents/${root.agent}/rings/${root.ring}/${root.tier}`,
    cluster: `clusters/${root.cluster}`,
    facts: `clusters/${root.cluster}/facts`,
    component: `apps/${root.component}/config/1/resources`,
    bootstrap: '.',
  };
  return { ...root, path: root.path ?? paths[kind] };
};

/** The facts of this repository, narrowed to the agents and clusters of `# only`, with `# data` merged over them. */
const dataOf = (only: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> => {
  const data = JSON.parse(JSON.stringify(policyData(repositoryFleet(), '2026-06-15'))) as { fleet: Record<string, Record<string, unknown>> };
  for (const [collection, names] of Object.entries(only)) {
    const known = data.fleet[collection] ?? {};
    data.fleet[collection] = Object.fromEntries(
      (names as string[]).map((name) => {
        if (!Object.hasOwn(known, name)) throw new TypeError(`# only: there is no ${name} among ${collection} of this repository`);
        return [name, known[name]];
      }),
    );
  }
  return merged(data, changes) as Record<string, unknown>;
};

/** Maps are merged, everything else is replaced. */
const merged = (value: unknown, changes: unknown): unknown => {
  if (!isFields(value) || !isFields(changes)) return changes;
  return { ...value, ...Object.fromEntries(Object.entries(changes).map(([key, change]) => [key, merged(value[key], change)])) };
};

/** What the gate would ask the rules about one set: one input for a root, one for each document of scope change. */
export const inputsOf = (scope: string, { root, documents, base }: ExampleSet): PolicyInput[] =>
  scope === 'change' ? documents.map(changeOf) : [rootOfSet(root, documents, base)];

const rootOfSet = (root: Root, documents: readonly unknown[], base: readonly unknown[] | undefined): RootInput =>
  rootInput({ root, objects: documents as Manifest[] }, base === undefined ? undefined : { root, objects: base as Manifest[] });

const noRecords: RecordFacts = { unread: null, pins: [], births: [], joining: [], lost: [] };
const noFacts: ChangeFacts = { agents: {}, pins: {}, moves: [], canaries: [], freezes: [] };

/** Fields that a document leaves out have the value of a change that touches nothing. */
const changeOf = (document: unknown): ChangeInput => ({
  ...changeInput({
    files: [],
    changes: [],
    fleet: repositoryFleet(),
    reach: () => ({ clusters: [], waves: [] }),
    clusterRoots: undefined,
    facts: noFacts,
    records: noRecords,
  }),
  ...(document as Partial<ChangeInput>),
});
