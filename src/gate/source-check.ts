import { GateError } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import type { ClosureGraph } from '#render/closure.ts';
import type { SourceFault } from '#render/kustomization.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { formatPlace, yamlProblems } from '#util/source-yaml.ts';

/** Faults that make the tree impossible to build: the author's input is malformed, which is no verdict on it. */
const malformedCodes = new Set(['source.malformed', 'source.missing_reference']);

/**
 * Looks at every kustomization before kustomize starts.
 * @throws GateError GATE_MALFORMED when a changed YAML file or any kustomization can not be read.
 * @returns findings that deny: network bases, functions, plugins, Helm, links, cycles, paths that leave the repository.
 */
export const checkSources = (head: Snapshot, graph: ClosureGraph, files: readonly ChangedFile[]): Finding[] => {
  const changedYaml = files.filter((f) => f.status !== 'deleted' && /\.ya?ml$/.test(f.path) && head.files.get(f.path)?.type === 'file');
  const syntax = changedYaml.flatMap(({ path }) => yamlProblems(path, head.read(path).toString()));
  const faults = graph.allFaults();
  const malformed = [
    ...syntax.map((p) => `${formatPlace(p)}: ${p.message}`),
    ...faults.filter((f) => malformedCodes.has(f.code)).map((f) => `${f.file}:${f.line}: ${f.message}. ${f.solution}`),
  ];
  if (malformed.length > 0) {
    throw new GateError('GATE_MALFORMED', 'usage', [...new Set(malformed)].join('\n'), { hint: 'Mend these files; nothing was rendered or judged.' });
  }
  return faults.map(sourceFinding);
};

const sourceFinding = ({ code, file, line, message, solution }: SourceFault): Finding => ({
  code,
  source: 'source',
  effect: 'deny',
  title: 'Refused before rendering',
  message,
  solution,
  subject: file,
  path: [],
  file,
  line,
  roots: [],
  fingerprint: fingerprintOf(code, file, message),
});
