import type { z } from 'zod';
import { GateError, isGateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import {
  type Environment,
  environmentSchema,
  type RepositorySettings,
  type Ruleset,
  repositorySettingsSchema,
  rulesetSchema,
} from '#model/repository-settings.ts';
import { parseFacts } from '#util/source-yaml.ts';

/** What the repository declares about itself on GitHub. */
export interface DeclaredSettings {
  readonly repository: RepositorySettings;
  readonly rulesets: readonly Ruleset[];
  readonly environments: readonly Environment[];
}

const folder = '.github/settings/';
const repositoryFile = `${folder}repository.yaml`;
const named = /^\.github\/settings\/(rulesets|environments)\/([^/]+)\.yaml$/;

/**
 * Reads `.github/settings/` strictly.
 * @throws GateError GATE_MALFORMED with file and line of everything that is to be mended; GATE_NO_SETTINGS when there are none
 */
export const readSettings = (snapshot: Snapshot): DeclaredSettings => {
  const files = [...snapshot.files.keys()].filter((f) => f.startsWith(folder)).sort();
  if (!files.includes(repositoryFile))
    throw new GateError('GATE_NO_SETTINGS', 'usage', `${snapshot.label} has no ${repositoryFile}`, { hint: 'Run this in a repository that has one.' });
  const problems: string[] = [];
  const read = <T extends z.ZodType>(file: string, schema: T): z.infer<T> | undefined =>
    gathered(problems, () => parseFacts(file, textOf(snapshot, file), schema));
  const list = <T extends z.ZodType<{ name: string }>>(kind: string, schema: T): z.infer<T>[] =>
    files.flatMap((file) => {
      const [, holder, stem] = named.exec(file) ?? [];
      const value = holder === kind ? read(file, schema) : undefined;
      if (value !== undefined && value.name !== stem) problems.push(`${file}:1: its name is ${value.name}, that of its file is ${stem}`);
      return value === undefined ? [] : [value];
    });
  const repository = read(repositoryFile, repositorySettingsSchema);
  const settings = { rulesets: list('rulesets', rulesetSchema), environments: list('environments', environmentSchema) };
  for (const file of files) if (file !== repositoryFile && !named.test(file)) problems.push(`${file}:1: is neither a ruleset nor an environment`);
  if (repository !== undefined && problems.length === 0) return { repository, ...settings };
  throw new GateError('GATE_MALFORMED', 'usage', problems.join('\n'), { hint: 'docs/github.md says what stands in these files.' });
};

const textOf = (snapshot: Snapshot, file: string): string => {
  if (snapshot.files.get(file)?.type === 'file') return snapshot.read(file).toString();
  throw new GateError('GATE_MALFORMED', 'usage', `${file}:1: is no plain file`, { hint: 'Write the file where it is used.' });
};

/** What `read` says, or undefined where it says what is to be mended. */
const gathered = <T>(problems: string[], read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (!isGateError(error) || error.code !== 'GATE_MALFORMED') throw error;
    problems.push(error.message);
    return undefined;
  }
};
