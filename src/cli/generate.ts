import { removeFiles, writeFiles } from '#adapters/files.ts';
import { commitSnapshot, repositoryRoot, resolveCommit, worktreeSnapshot } from '#adapters/git.ts';
import { lintPage } from '#analysis/lint/page.ts';
import { compareGenerated, type GeneratedDifference, generatedFiles } from '#fleet/generate.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import { rulePages } from '#policy/rule-pages.ts';
import { controlsOf, ruleSources } from '#policy/rule-source.ts';
import { overlaySnapshot } from '#util/overlay-snapshot.ts';
import type { Output } from './output.ts';
import { schemaFiles } from './schemas.ts';

export interface GenerateOptions {
  readonly check?: boolean;
}

/** `ranfleet generate`: writes every file that follows from the facts; with --check only says what would change. */
export const generateCommand = (directory: string, options: GenerateOptions, output: Output): ExitCode => {
  const repository = repositoryRoot(directory);
  const snapshot = worktreeSnapshot(repository);
  const { files, differences } = plan(snapshot);
  if (differences.length === 0) {
    output.print(`${files.size} generated files are up to date.\n`);
    return exitCodes.allow;
  }
  if (options.check === true) {
    for (const { path, problem } of differences) output.note(`${path}: ${problem}`);
    output.note(`${differences.length} generated files are not up to date. Run \`npm run generate\`.`);
    return exitCodes.deny;
  }
  refuseFrozen(repository, differences);
  applyDifferences(repository, files, differences);
  output.print(`${differences.length} of ${files.size} generated files written.\n`);
  return exitCodes.allow;
};

const plan = (snapshot: Snapshot): { files: Map<string, string>; differences: GeneratedDifference[] } => {
  const files = new Map([
    ...generatedFiles(readFleet(snapshot), snapshot),
    ...schemaFiles(),
    ...rulePages(ruleSources(snapshot), controlsOf(snapshot)),
    ...lintPage(),
  ]);
  return { files, differences: compareGenerated(files, snapshot) };
};

const applyDifferences = (repository: string, files: ReadonlyMap<string, string>, differences: readonly GeneratedDifference[]): void => {
  writeFiles(repository, new Map(differences.flatMap(({ path }): [string, string][] => (files.has(path) ? [[path, files.get(path) ?? '']] : []))));
  removeFiles(
    repository,
    differences.filter((d) => d.problem === 'stale').map((d) => d.path),
  );
};

/** Writes planned files together with everything that then follows from the facts, and says which. */
export const writePlanned = (repository: string, planned: ReadonlyMap<string, string>, output: Output): void => {
  const { files, differences } = plan(overlaySnapshot(worktreeSnapshot(repository), planned));
  refuseFrozen(repository, differences);
  writeFiles(repository, planned);
  applyDifferences(repository, files, differences);
  const written = [...planned.keys(), ...differences.map((d) => d.path)].sort();
  output.print(`${written.map((path) => `  ${path}`).join('\n')}\n${written.length} files written. Next: git add, then \`npm run gate\`.\n`);
};

/** A configuration that is committed is frozen: new facts need a new configuration, not new bytes in the old one. */
const refuseFrozen = (repository: string, differences: readonly GeneratedDifference[]): void => {
  const head = resolveCommit(repository, 'HEAD');
  if (head === undefined) return;
  const committed = commitSnapshot(repository, head);
  const frozen = differences.filter(({ path }) => /^agents\/[^/]+\/config\//.test(path) && committed.files.has(path));
  const [first] = frozen;
  if (!first) return;
  const agent = first.path.split('/')[1] ?? '';
  throw new GateError('GATE_FROZEN', 'usage', frozen.map((f) => `${f.path}: agent.yaml says something else now, but this configuration is frozen`).join('\n'), {
    hint: `Make the next one: ranfleet agent revise ${agent} --release <version> --digest sha256:<digest>`,
  });
};
