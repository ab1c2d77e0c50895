import type { ClientOptions } from '#adapters/octokit.ts';
import { GateError } from '#model/errors.ts';
import type { Output } from './output.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How GitHub is reached: the token from GITHUB_TOKEN, the address from GITHUB_API_URL, the repository as `owner/name`.
 * @throws GateError GATE_USAGE
 */
export const githubAccess = (named: unknown, environment: Environment, output: Output): ClientOptions => ({
  ...githubServer(environment, output),
  ...repositoryNamed(named),
  token: neededVariable(environment, 'GITHUB_TOKEN'),
});

/** @throws GateError GATE_USAGE when the text is no `owner/name` */
export const repositoryNamed = (named: unknown): Pick<ClientOptions, 'owner' | 'repository'> => {
  const [, owner, repository] = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)$/.exec(String(named ?? '')) ?? [];
  if (owner !== undefined && repository !== undefined) return { owner, repository };
  throw new GateError('GATE_USAGE', 'usage', `${String(named ?? 'nothing')} is no repository on GitHub`, { hint: 'Name it as owner/name.' });
};

/** Where GitHub is, without any right to it. */
export const githubServer = (environment: Environment, output: Output): Pick<ClientOptions, 'apiUrl' | 'onNote'> => ({
  apiUrl: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
  onNote: output.note,
});

/** @throws GateError GATE_USAGE when the variable is not set, or empty */
export const neededVariable = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new GateError('GATE_USAGE', 'usage', `${name} is not set`, { hint: 'docs/github.md says which variables a command needs.' });
};
