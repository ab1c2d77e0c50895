import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loopbackPair } from '../../../test/support/loopback-pair.ts';
import { type WatchedPods, watchPods } from './pods.ts';

const pair = await loopbackPair();

const podObject = (name: string, version: string, changes: { ready?: string; phase?: string; restarts?: number } = {}) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { namespace: 'agent-a', name, uid: `uid-${name}`, resourceVersion: version, labels: { app: name } },
  spec: { containers: [{ name: 'agent', image: `r/agent@sha256:${name}`, resources: { requests: { cpu: '100m', memory: '1Ki' } } }] },
  status: {
    phase: changes.phase ?? 'Running',
    conditions: [{ type: 'Ready', status: changes.ready ?? 'True' }],
    containerStatuses: [{ name: 'agent', restartCount: changes.restarts ?? 0 }],
  },
});

interface OpenWatch {
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  readonly send: (type: string, object: unknown) => void;
}

/** An API server that knows pods only: it lists what it is told to, and the test drives every watch. */
const startApi = async () => {
  const api = { lists: 0, listed: [podObject('a', '5')], version: '10', failures: 0, cut: false, watchStatus: 200, watches: [] as OpenWatch[] };
  const server = createServer({ key: pair.key, cert: pair.certificate }, (request, response) => {
    if (api.cut) return void request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-type', 'application/json');
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(api.watchStatus).flushHeaders();
      api.watches.push({ query: url.searchParams, response, send: (type, object) => response.write(`${JSON.stringify({ type, object })}\n`) });
      if (api.watchStatus !== 200) response.end();
      return;
    }
    api.lists++;
    if (api.failures-- > 0) response.writeHead(500).end('{}');
    else response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: api.version }, items: api.listed }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { api, server, port: (server.address() as AddressInfo).port };
};

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const start = async (prepare: (api: Awaited<ReturnType<typeof startApi>>['api']) => void = () => {}) => {
  const { api, server, port } = await startApi();
  prepare(api);
  const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-pods-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  const named = (kind: string, fields: object) => [{ name: 'x', [kind]: fields }];
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      clusters: named('cluster', { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': Buffer.from(pair.authority).toString('base64') }),
      users: named('user', {}),
      contexts: named('context', { cluster: 'x', user: 'x' }),
    }),
  );
  const lines: string[] = [];
  const watched = watchPods({ kubeconfig, backoffMs: { first: 20, longest: 80 }, log: (line) => lines.push(line) });
  open.push(
    () => rmSync(folder, { recursive: true }),
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => watched.close(),
  );
  return { api, watched, lines };
};

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 10_000, interval: 5 });
const names = (watched: WatchedPods): string[] => [...watched.pods().values()].map(({ name }) => name);
const watchNumber = async (api: { watches: OpenWatch[] }, number: number): Promise<OpenWatch> => {
  await until(() => expect(api.watches.length).toBeGreaterThanOrEqual(number));
  return api.watches[number - 1] as OpenWatch;
};

test('the list fills the pods, and the watch starts from its version', async () => {
  const { api, watched } = await start();
  expect([watched.synced(), names(watched)]).toEqual([false, []]);
  const { query } = await watchNumber(api, 1);
  expect(query.get('resourceVersion')).toBe('10');
  expect(watched.synced()).toBe(true);
  expect(watched.pods().get('uid-a')).toEqual({
    namespace: 'agent-a',
    name: 'a',
    uid: 'uid-a',
    labels: { app: 'a' },
    images: ['r/agent@sha256:a'],
    running: true,
    ready: true,
    restartCounts: new Map([['agent', 0]]),
    containers: [{ name: 'agent', cpuCores: 0.1, memoryBytes: 1024 }],
  });
});

test('events add, change and remove pods', async () => {
  const { api, watched, lines } = await start();
  const { send } = await watchNumber(api, 1);
  send('ADDED', podObject('b', '11', { phase: 'Pending' }));
  await until(() => expect(watched.pods().get('uid-b')).toMatchObject({ running: false, ready: false }));
  send('MODIFIED', podObject('b', '12', { ready: 'False', restarts: 3 }));
  await until(() => expect(watched.pods().get('uid-b')).toMatchObject({ running: true, ready: false, restartCounts: new Map([['agent', 3]]) }));
  send('DELETED', podObject('a', '13'));
  await until(() => expect(names(watched)).toEqual(['b']));
  send('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '20' } });
  expect([api.lists, lines]).toEqual([1, []]);
});

test('a watch that the server ends in good order goes on from the last version, without a list', async () => {
  const { api, watched, lines } = await start();
  const first = await watchNumber(api, 1);
  first.send('ADDED', podObject('b', '11'));
  first.send('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '20' } });
  await until(() => expect(names(watched)).toEqual(['a', 'b']));
  first.response.end();
  expect((await watchNumber(api, 2)).query.get('resourceVersion')).toBe('20');
  expect([api.lists, lines]).toEqual([1, []]);
});

test('after 410 Gone the pods are listed anew, and those that went away meanwhile vanish', async () => {
  const { api, watched, lines } = await start();
  const first = await watchNumber(api, 1);
  Object.assign(api, { listed: [podObject('c', '90')], version: '100' });
  first.send('ERROR', { kind: 'Status', code: 410, message: 'too old resource version', reason: 'Expired' });
  first.send('ADDED', podObject('late', '11'));
  expect((await watchNumber(api, 2)).query.get('resourceVersion')).toBe('100');
  expect(names(watched)).toEqual(['c']);
  expect([api.lists, lines]).toEqual([2, ['pods: the watch ended with 410: too old resource version; listing again in 0.02 s']]);
});

test('a dropped connection leads to a new list, and nothing is lost while it is down', async () => {
  const { api, watched, lines } = await start();
  const first = await watchNumber(api, 1);
  first.response.write('{"type":"ADDED","object":{"metadata":{"na');
  Object.assign(api, { listed: [podObject('a', '5'), podObject('d', '30')], version: '31' });
  first.response.destroy();
  const second = await watchNumber(api, 2);
  expect(names(watched)).toEqual(['a', 'd']);
  second.send('DELETED', podObject('d', '32'));
  await until(() => expect(names(watched)).toEqual(['a']));
  expect([api.lists, lines.length]).toEqual([2, 1]);
});

test('an answer to the watch that is no success leads to a new list too', async () => {
  const { api, lines } = await start((prepared) => Object.assign(prepared, { watchStatus: 410 }));
  await watchNumber(api, 1);
  api.watchStatus = 200;
  await until(() => expect(api.watches.at(-1)?.response.statusCode).toBe(200));
  expect(lines[0]).toBe('pods: Gone; listing again in 0.02 s');
});

test('lists that fail are tried again after waits that double up to the longest', async () => {
  const { api, watched, lines } = await start((prepared) => Object.assign(prepared, { failures: 4 }));
  await watchNumber(api, 1);
  expect(watched.synced()).toBe(true);
  expect(lines.map((line) => /in ([\d.]+) s$/.exec(line)?.[1])).toEqual(['0.02', '0.04', '0.08', '0.08']);
});

test('a server that ends every watch at once is not asked without a pause', async () => {
  const { api, lines } = await start();
  for (const number of [1, 2, 3]) (await watchNumber(api, number)).response.end();
  await until(() => expect(lines.length).toBe(3));
  expect(lines[2]).toBe('pods: the watch ended at once; listing again in 0.08 s');
});

test('a server that can not be reached is told with the cause', async () => {
  const { api, lines } = await start((prepared) => Object.assign(prepared, { cut: true }));
  await until(() => expect(lines.length).toBeGreaterThan(0));
  api.cut = false;
  await watchNumber(api, 1);
  expect(lines[0]).toMatch(/^pods: fetch failed \(.+\); listing again in 0\.02 s$/);
});

test('after it is closed nothing is asked any more', async () => {
  const { api, watched, lines } = await start();
  const { response } = await watchNumber(api, 1);
  const gone = new Promise((resolve) => response.on('close', resolve));
  await watched.close();
  await gone;
  expect([api.lists, api.watches.length, lines, names(watched)]).toEqual([1, 1, [], ['a']]);
});

test('a kubeconfig that is not there is an error at once', () => {
  expect(() => watchPods({ kubeconfig: '/nowhere/kubeconfig' })).toThrow('ENOENT');
});
