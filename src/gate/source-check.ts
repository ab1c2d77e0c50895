import { GateError } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import type { ChangedFile } from '#model/policy.ts';
import { recalled, type Snapshot } from '#model/ports.ts';
import type { ClosureGraph, SourceUse } from '#render/closure.ts';
import { isKustomization, type SourceFault, scanFault } from '#render/kustomization.ts';
import { budgets } from '#scan/budgets.ts';
import { jsonProblem } from '#scan/scan-json.ts';
import { collidingNames, nameProblems } from '#scan/scan-names.ts';
import { sourceFinding } from '#util/file-finding.ts';

/** Faults that make the tree impossible to build: the author's input is malformed, which is no verdict on it. */
const malformedCodes = new Set(['source.malformed', 'source.missing_reference']);

/** YAML that no cluster ever reads: GitHub's key `on` and the inputs of rule cases are nobody's manifests, so only their syntax counts. */
const isOnlyRead = (file: string): boolean => /^(?:\.github|policies)\//.test(file);

/** JSON elsewhere is the business of npm, editors and tests. */
const isSource = (file: string): boolean => /\.ya?ml$|^(?:agents|apps|clusters|waivers)\/.*\.json$/.test(file);

export interface SourceRequest {
  readonly head: Snapshot;
  readonly graph: ClosureGraph;
  readonly files: readonly ChangedFile[];
  /** Roots at head that the change reaches: everything in their closures is looked into. */
  readonly roots: readonly string[];
}

/**
 * Looks at every kustomization, at every YAML file that the change touches and at all that the affected roots are made of, before
 * kustomize starts.
 * @throws GateError GATE_LIMIT_EXCEEDED for sources that are too large, GATE_MALFORMED for those that can not be read, or that two
 * YAML parsers read differently.
 * @returns findings that deny: network bases, functions, plugins, Helm, links, cycles, paths that leave the repository.
 */
export const checkSources = (request: SourceRequest): Finding[] => {
  const faults = [...nameFaults(request), ...request.graph.allFaults(), ...sourceFaults(request)];
  const lines = (wanted: (code: string) => boolean): string =>
    [...new Set(faults.filter((f) => wanted(f.code)).map((f) => `${placeOf(f)}: ${f.message}. ${f.solution}`))].join('\n');
  const limits = lines((code) => code === 'source.limit');
  if (limits !== '') throw new GateError('GATE_LIMIT_EXCEEDED', 'limit', limits, { hint: 'Nothing was rendered or judged.' });
  const malformed = lines((code) => malformedCodes.has(code));
  if (malformed !== '') throw new GateError('GATE_MALFORMED', 'usage', malformed, { hint: 'Mend these files; nothing was rendered or judged.' });
  return faults.map((fault) => sourceFinding({ ...fault, title: 'Refused before rendering' }));
};

const placeOf = ({ file, line, column }: SourceFault): string => `${file}:${line}${column === undefined ? '' : `:${column}`}`;

const nameFaults = ({ head, files }: SourceRequest): SourceFault[] => {
  if (head.files.size > budgets.files)
    return [
      { code: 'source.limit', file: head.label, line: 1, message: `holds ${head.files.size} files, more than ${budgets.files}`, solution: 'Remove some.' },
    ];
  const present = new Set(files.filter((f) => f.status !== 'deleted').map((f) => f.path));
  const solution = 'Rename it.';
  return [...nameProblems(present), ...collidingNames(head.files.keys(), present)].map((p) => ({ ...p, code: 'source.malformed', line: 1, solution }));
};

const sourceFaults = ({ head, graph, files, roots }: SourceRequest): SourceFault[] => {
  const uses = new Map<string, SourceUse>();
  for (const { path, status } of files) if (status !== 'deleted' && isSource(path)) uses.set(path, 'other');
  for (const root of roots) for (const [file, use] of graph.sourcesOf(root)) if (uses.get(file) !== 'resource') uses.set(file, use);
  const wanted = [...uses].filter(([file]) => head.files.get(file)?.type === 'file' && !isKustomization(file));
  const faults = wanted.flatMap(([file, use]) => rememberedFaults(head, file, use, graph).map((f) => ({ ...f, file })));
  const bytes = wanted.reduce((sum, [file]) => sum + recalled(head, 'bytes', file, () => head.read(file).length), 0);
  if (bytes <= budgets.runBytes) return faults;
  return [
    ...faults,
    {
      code: 'source.limit',
      file: head.label,
      line: 1,
      message: `the sources of this change have ${bytes} bytes, more than ${budgets.runBytes}`,
      solution: 'Split it.',
    },
  ];
};

/** Faults follow from the content, what the file is used for and two parts of its name. */
const rememberedFaults = (head: Snapshot, file: string, use: SourceUse, graph: ClosureGraph): Omit<SourceFault, 'file'>[] =>
  recalled(head, `faults as ${isOnlyRead(file) ? 'text' : use}${file.endsWith('.json') ? ' of JSON' : ''}`, file, () => fileFaults(file, use, graph));

const fileFaults = (file: string, use: SourceUse, graph: ClosureGraph): Omit<SourceFault, 'file'>[] => {
  const { text, problems, roots, events } = graph.scanOf(file);
  if (isOnlyRead(file)) return problems.filter(() => events === undefined).map(scanFault);
  if (problems.length > 0) return problems.map(scanFault);
  const json = file.endsWith('.json') ? jsonProblem(text) : undefined;
  if (json) return [scanFault(json)];
  if (use === 'other') return [];
  const shapes = new Set(roots.filter((shape) => shape !== 'empty'));
  const objects = 'Write one object in each document, with apiVersion and kind.';
  if (shapes.size === 0) return [{ code: 'source.malformed', line: 1, message: 'is named as a resource and holds no object', solution: objects }];
  if (shapes.has('list') || shapes.has('scalar'))
    return [{ code: 'source.malformed', line: 1, message: 'holds a document that is no object', solution: objects }];
  return [];
};
