import type { Finding } from '#model/finding.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import type { KindLookup, SchemaSet } from '#model/schema.ts';
import { addFinding } from '#util/add-finding.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { formatPath, objectId, textAt } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { identityProblem } from './identity.ts';
import { type SchemaRule, schemaRule } from './rules.ts';
import { type Problem, validateObject } from './validate.ts';

export interface SchemaVerdict {
  readonly findings: readonly Finding[];
  /** Objects of which the schema was known and every field was looked at. */
  readonly validated: number;
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly known: boolean;
}

/**
 * Holds every object of every root against the schema of its kind, on each Kubernetes that the root's clusters run; without any, on
 * that of the set. Equal objects are looked at once and told once. A version without a schema source leaves its roots undecided.
 */
export const checkRoots = (roots: readonly RenderedRoot[], set: SchemaSet, versionsOf: (root: Root) => readonly string[] = () => []): SchemaVerdict => {
  const judged = new Map<string, Judged>();
  const found = new Map<string, Finding>();
  let validated = 0;
  for (const { root, objects } of roots) {
    const { sets, unknown } = setsFor(versionsOf(root), set);
    for (const version of unknown) addFinding(found, { ...versionFinding(version), roots: [root.path] });
    for (const finding of identityFindings(objects)) addFinding(found, { ...finding, roots: [root.path] });
    for (const object of objects) {
      const verdicts = sets.map((one) => judgeOnce(object, one, judged));
      if (unknown.length === 0 && verdicts.every((v) => v.known)) validated++;
      for (const finding of verdicts.flatMap((v) => v.findings)) addFinding(found, { ...finding, roots: [root.path] });
    }
  }
  return { findings: [...found.values()], validated };
};

const setsFor = (versions: readonly string[], set: SchemaSet): { sets: readonly SchemaSet[]; unknown: readonly string[] } => {
  const distinct = versions.length === 0 ? [set.kubernetes] : uniqueSorted(versions);
  const on = (version: string): SchemaSet | undefined => (version === set.kubernetes ? set : set.on(version));
  return { sets: distinct.flatMap((v) => on(v) ?? []), unknown: distinct.filter((v) => on(v) === undefined) };
};

const judgeOnce = (object: Manifest, set: SchemaSet, judged: Map<string, Judged>): Judged => {
  const key = `${set.kubernetes} ${JSON.stringify(object)}`;
  const verdict = judged.get(key) ?? judge(object, set);
  judged.set(key, verdict);
  return verdict;
};

const identityFindings = (objects: readonly Manifest[]): Finding[] => {
  const names = new Set<string>();
  return objects.flatMap((object) => {
    const id = objectId(object);
    const problem = identityProblem(object) ?? (names.has(id) ? 'stands twice in this root' : undefined);
    names.add(id);
    return problem === undefined ? [] : [schemaFinding(object, 'schema.identity', { effect: 'deny', path: [], message: problem })];
  });
};

const judge = (object: Manifest, set: SchemaSet): Judged => {
  const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  const found = set.lookUp(apiVersion, kind);
  if (found.is === 'served') return { findings: validateObject(object, found.schema, set).map((problem) => problemFinding(object, problem)), known: true };
  return { findings: [absenceFinding(object, `${apiVersion} ${kind}`, found)], known: false };
};

const versionFinding = (version: string): Finding => {
  const { title, solution } = schemaRule('schema.unknown_version');
  const subject = `Kubernetes ${version}`;
  return {
    code: 'schema.unknown_version',
    source: 'schema',
    effect: 'undecided',
    title,
    message: `no pinned source has the schemas of ${subject}, which a cluster of this root runs`,
    solution,
    subject,
    path: [],
    roots: [],
    fingerprint: fingerprintOf('schema.unknown_version', version),
  };
};

const problemFinding = (object: Manifest, { code, certain, path, message, solution }: Problem): Finding =>
  schemaFinding(object, code, { effect: certain ? 'deny' : 'undecided', path, message, ...(solution === undefined ? {} : { solution }) });

const absenceFinding = (object: Manifest, name: string, found: Exclude<KindLookup, { is: 'served' }>): Finding => {
  if (found.is === 'unknown') return schemaFinding(object, 'schema.missing', { effect: 'undecided', path: [], message: `there is no schema for ${name}` });
  return schemaFinding(object, 'schema.not_served', {
    effect: 'deny',
    path: ['apiVersion'],
    message: `${name} is not served by ${found.by}`,
    ...(found.as.length > 0 ? { solution: `Use ${found.as.join(' or ')}.` } : {}),
  });
};

type Told = Pick<Finding, 'effect' | 'path' | 'message'> & { readonly solution?: string };

const schemaFinding = (object: Manifest, code: SchemaRule, { effect, path, message, solution }: Told): Finding => {
  const rule = schemaRule(code);
  const subject = objectId(object);
  return {
    code,
    source: 'schema',
    effect,
    title: rule.title,
    message,
    solution: solution ?? rule.solution,
    subject,
    path,
    roots: [],
    fingerprint: fingerprintOf(code, effect, subject, formatPath(path), message),
  };
};
