import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type AppAccess, mintToken } from '#adapters/github-app.ts';
import { runChild } from '#adapters/run-child.ts';
import { type ExitCode, exitCodes, GateError, messageOf } from '#model/errors.ts';
import { type Environment, githubServer, neededVariable, repositoryNamed } from './github-access.ts';
import type { Output } from './output.ts';

export interface AsAppOptions {
  readonly github?: string;
  readonly permission?: string | readonly string[];
  /** The command after `--`. */
  readonly '--'?: readonly string[];
}

/** Variables that the command never sees. */
const secrets = ['GITHUB_APP_ID', 'GITHUB_APP_KEY'];

/**
 * `ranfleet as-app`: runs a command with a token of an App in GITHUB_TOKEN, and for git over HTTPS, and makes the token worthless when the
 * command ends. The token is in no file, no output and no argument; the key of the App stays here. Exits as the command does.
 */
export const asAppCommand = async (options: AsAppOptions, environment: Environment, output: Output, pace?: AppAccess['pace']): Promise<ExitCode> => {
  const [command, ...args] = options['--'] ?? [];
  if (command === undefined) throw new GateError('GATE_USAGE', 'usage', 'no command was named', { hint: 'Name it after --.' });
  const access: AppAccess = {
    ...githubServer(environment, output),
    ...repositoryNamed(options.github ?? environment['GITHUB_REPOSITORY']),
    appId: neededVariable(environment, 'GITHUB_APP_ID'),
    key: privateKey(neededVariable(environment, 'GITHUB_APP_KEY')),
    permissions: permissionsIn(options.permission),
    ...(pace === undefined ? {} : { pace }),
  };
  const token = await mintToken(access, new Date());
  try {
    const code = await runChild(command, args, childEnvironment(environment, token.token));
    return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.undecided;
  } finally {
    await token.revoke().catch((error: unknown) => output.note(`the token stands until ${token.expiresAt}: ${messageOf(error)}`));
  }
};

const permissionsIn = (given: string | readonly string[] | undefined): Record<string, string> => {
  const pairs = [given ?? []].flat().map((text) => /^([a-z_]+)=(read|write)$/.exec(String(text)) ?? [String(text)]);
  const wrong = pairs.find((pair) => pair.length === 1);
  if (wrong === undefined && pairs.length > 0) return Object.fromEntries(pairs.map(([, scope, level]) => [scope, level]));
  throw new GateError('GATE_USAGE', 'usage', wrong === undefined ? 'no permission was named' : `--permission ${wrong[0]} is none`, {
    hint: 'Name what the command needs, like --permission contents=write; the token can do nothing else.',
  });
};

const privateKey = (pem: string): KeyObject => {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // Told below, without the cause: its text could hold a part of the key.
  }
  throw new GateError('GATE_USAGE', 'usage', 'GITHUB_APP_KEY is no RSA private key', { hint: 'Take the PEM file that GitHub made for the App, whole.' });
};

/** Git takes settings from numbered variables (git-config(1), GIT_CONFIG_COUNT), so that the token is in no argument and no file. */
const childEnvironment = (environment: Environment, token: string): Environment => {
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !secrets.includes(name)));
  const at = Number(environment['GIT_CONFIG_COUNT'] ?? 0);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    ...kept,
    GITHUB_TOKEN: token,
    GIT_CONFIG_COUNT: String(at + 1),
    [`GIT_CONFIG_KEY_${at}`]: `http.${environment['GITHUB_SERVER_URL'] ?? 'https://github.com'}/.extraheader`,
    [`GIT_CONFIG_VALUE_${at}`]: `AUTHORIZATION: basic ${basic}`,
  };
};
