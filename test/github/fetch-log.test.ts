import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FetchLogOptions, fetchLogCommand } from '#cli/fetch-log.ts';
import { memoryOutput } from '../support/memory-output.ts';

const header = '{"kind":"observations","version":1,"simulated":false}\n';
const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-log-'));
const out = path.join(folder, 'seen.ndjson');

let requests: { line: string; authorization: string }[];
let answers: ((response: ServerResponse) => unknown)[];
const server = createServer((request: IncomingMessage, response) => {
  requests.push({ line: request.url ?? '', authorization: request.headers.authorization ?? '' });
  const answer = answers.shift();
  if (answer === undefined) response.end(header);
  else answer(response);
});
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  requests = [];
  answers = [];
  rmSync(out, { force: true });
});

const identity = () => ({ ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/token?v=2`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the job' });
const run = (options: FetchLogOptions = { out }, at = `${address}/log`, environment: Record<string, string> = identity()) =>
  fetchLogCommand(at, options, environment, memoryOutput().output);
const status = (code: number) => (response: ServerResponse) => {
  response.writeHead(code).end();
};
const moved = (response: ServerResponse) => {
  response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
};

describe('an observation log from elsewhere', () => {
  test('is written when it is one', async () => {
    expect(await run()).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(header);
    expect(requests).toEqual([{ line: '/log', authorization: '' }]);
  });

  test('is asked for with the identity of the job, where an audience is named', async () => {
    answers = [(r) => r.end('{"value":"who I am","count":8}')];
    await run({ out, audience: 'ranfleet-observations' });
    expect(requests).toEqual([
      { line: '/token?v=2&audience=ranfleet-observations', authorization: 'Bearer of the job' },
      { line: '/log', authorization: 'Bearer who I am' },
    ]);
  });

  test('is asked for again after a fault that passes', async () => {
    answers = [status(503), (r) => void r.destroy()];
    expect(await run()).toBe(0);
    expect(requests).toHaveLength(3);
  });

  test.each([
    ['refused', [status(403)], 'answer 403', 1],
    ['not there for good', [status(502), status(502), status(502)], 'answer 502', 3],
    ['elsewhere: the token would go along', [moved], 'redirect', 3],
  ] as const)('that is %s leaves nothing behind', async (_, given, message, times) => {
    answers = [...given, ...(message === 'redirect' ? [...given, ...given] : [])];
    await expect(run()).rejects.toMatchObject({ code: 'GATE_FETCH', fault: 'undecided', message: expect.stringContaining(message) });
    expect(requests).toHaveLength(times);
    expect(existsSync(out)).toBe(false);
  });

  test('that is none leaves nothing behind', async () => {
    answers = [(r) => r.end('<html>')];
    await expect(run()).rejects.toMatchObject({ code: 'GATE_MALFORMED', message: expect.stringMatching(/^127\.0\.0\.1:\d+:1: is no header/) });
    expect(existsSync(out)).toBe(false);
  });

  test('without an identity is not asked for', async () => {
    answers = [(r) => r.end('{"message":"no"}')];
    await expect(run({ out, audience: 'a' })).rejects.toMatchObject({ code: 'GATE_FETCH', message: 'GitHub gave no identity token' });
    await expect(run({ out, audience: 'a' }, undefined, {})).rejects.toMatchObject({ code: 'GATE_USAGE', message: 'ACTIONS_ID_TOKEN_REQUEST_URL is not set' });
  });

  test.each(['http://observer.norvik.example/log', 'file:///etc/passwd', 'log'])('at %s is refused', async (at) => {
    await expect(run({ out }, at)).rejects.toMatchObject({ code: 'GATE_USAGE', message: `${at} is no address with https` });
  });
});
