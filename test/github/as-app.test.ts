import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type AsAppOptions, asAppCommand } from '#cli/as-app.ts';
import type { Call, GitHubDouble } from '../support/github/double.ts';
import { quickPace, startedDouble } from '../support/github/started.ts';
import { memoryOutput } from '../support/memory-output.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let double: GitHubDouble;
let apiUrl: string;
let good: Set<string>;
let asked: Call['body'][];
let given: Record<string, string>;

/** The claims of a token that this App signed, or undefined. */
const claimsIn = (authorization: string): { iat: number; exp: number; iss: string } | undefined => {
  const [, head = '', body = '', signature = ''] = /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization) ?? [];
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), createPublicKey(privateKey), Buffer.from(signature, 'base64url'))) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString());
};

const isApp = (authorization: string): boolean => {
  const claims = claimsIn(authorization);
  const now = Date.now() / 1000;
  return claims?.iss === '77' && claims.iat <= now && claims.exp > now && claims.exp - now <= 600;
};

beforeEach(async () => {
  good = new Set();
  asked = [];
  given = { contents: 'write', metadata: 'read' };
  ({ double, apiUrl } = await startedDouble({
    'get /repos/{owner}/{repo}/installation': ({ sample }) => ({ status: 200, content: { ...sample(200), id: 5 } }),
    'post /app/installations/{installation_id}/access_tokens': ({ body, sample }) => {
      asked.push(body);
      good.add('token minted');
      return { status: 201, content: { ...sample(201), token: 'minted', expires_at: '2026-01-01T01:00:00Z', permissions: given } };
    },
    'delete /installation/token': ({ authorization }) => {
      good.delete(authorization);
      return { status: 204 };
    },
  }));
  double.isGood = (authorization) => good.has(authorization) || isApp(authorization);
});

const seenFile = path.join(folder, 'seen.json');
const tells = `require('node:fs').writeFileSync(${JSON.stringify(seenFile)}, JSON.stringify(process.env))`;
const seen = (): Record<string, string> => JSON.parse(readFileSync(seenFile, 'utf8'));

const run = async (script: string, options: AsAppOptions = { permission: 'contents=write' }, changes: Record<string, string> = {}) => {
  const { output, printed, noted } = memoryOutput();
  const environment = {
    PATH: process.env['PATH'],
    GITHUB_API_URL: apiUrl,
    GITHUB_REPOSITORY: 'norvik/ran',
    GITHUB_APP_ID: '77',
    GITHUB_APP_KEY: pem,
    ...changes,
  };
  const code = await asAppCommand({ ...options, '--': [process.execPath, '-e', script] }, environment, output, quickPace());
  return { code, printed: printed(), noted: noted() };
};

describe('a command as an App', () => {
  test('has a token for one repository and what was asked for, and the token ends with it', async () => {
    expect(await run(tells)).toEqual({ code: 0, printed: '', noted: '' });
    expect(asked).toEqual([{ repositories: ['ran'], permissions: { contents: 'write' } }]);
    expect(seen()).toMatchObject({ GITHUB_TOKEN: 'minted', GITHUB_REPOSITORY: 'norvik/ran' });
    expect(double.requests.at(-1)).toBe('DELETE /installation/token');
    expect([...good]).toEqual([]);
  });

  test('never sees the key of the App', async () => {
    await run(tells);
    expect(JSON.stringify(seen())).not.toContain('PRIVATE KEY');
    expect(Object.keys(seen()).filter((name) => name.startsWith('GITHUB_APP'))).toEqual([]);
  });

  test('reaches the repository with git by the same token, beside settings that were there', async () => {
    await run(tells, undefined, { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' });
    const basic = Buffer.from('x-access-token:minted').toString('base64');
    expect(seen()).toMatchObject({
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'a.b',
      GIT_CONFIG_KEY_1: 'http.https://github.com/.extraheader',
      GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}`,
    });
  });

  test.each([0, 1, 2, 3, 4])('exits as it does: %i', async (code) => {
    expect(await run(`process.exit(${code})`)).toMatchObject({ code });
    expect([...good]).toEqual([]);
  });

  test.each(['process.exit(9)', 'process.kill(process.pid, "SIGKILL")'])('that ends in no way we know is undecided: %s', async (script) => {
    expect(await run(script)).toMatchObject({ code: 3 });
    expect([...good]).toEqual([]);
  });

  test('says so when the token could not be ended', async () => {
    double.fail(/^DELETE /, { kind: 'status', status: 403 });
    expect(await run(tells)).toMatchObject({ code: 0, noted: expect.stringContaining('the token stands until 2026-01-01T01:00:00Z') });
  });

  test('does not run with a token that may do more, or less, than was asked for', async () => {
    rmSync(seenFile, { force: true });
    for (const permissions of [{ contents: 'write', administration: 'write' }, { contents: 'read' }] as Record<string, string>[]) {
      given = permissions;
      await expect(run(tells)).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided', message: expect.stringContaining('was asked for') });
    }
    expect([...good]).toEqual([]);
    expect(seen).toThrow('ENOENT');
  });

  test.each([401, 403, 404])('does not run when GitHub gives no token: %i', async (status) => {
    double.fail(/installation$/, { kind: 'status', status });
    await expect(run(tells)).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided' });
  });

  test('gets its token in spite of a fault that passes', async () => {
    double.fail(/access_tokens$/, { kind: 'status', status: 502 });
    expect(await run(tells)).toMatchObject({ code: 0 });
  });

  test.each<[string, AsAppOptions, Record<string, string>, string]>([
    ['no permission', {}, {}, 'no permission was named'],
    ['a permission without level', { permission: 'contents' }, {}, '--permission contents is none'],
    ['no repository', { permission: 'contents=write' }, { GITHUB_REPOSITORY: '' }, ' is no repository on GitHub'],
    ['no App', { permission: 'contents=write' }, { GITHUB_APP_ID: '' }, 'GITHUB_APP_ID is not set'],
    ['half a key', { permission: 'contents=write' }, { GITHUB_APP_KEY: pem.slice(0, 200) }, 'GITHUB_APP_KEY is no RSA private key'],
  ])('with %s is a fault of usage', async (_, options, changes, message) => {
    await expect(run(tells, options, changes)).rejects.toMatchObject({ code: 'GATE_USAGE', fault: 'usage', message });
    expect(double.requests).toEqual([]);
  });
});
