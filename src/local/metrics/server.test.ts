import { request as requestSecure } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loopbackPair } from '../../../test/support/loopback-pair.ts';
import { baseline } from './model.ts';
import { type Pod, readPod } from './pod.ts';
import { type RunningServer, startServer } from './server.ts';
import { openSettings } from './settings.ts';
import { createSimulation } from './simulation.ts';

const podOf = (namespace: string, name: string, labels: Record<string, string>, phase = 'Running'): Pod =>
  readPod({
    metadata: { namespace, name, uid: `${namespace}/${name}`, labels },
    spec: {
      containers: [
        { name: 'agent', image: 'r/agent:1', resources: { requests: { cpu: '250m', memory: '128Mi' } } },
        { name: 'proxy', image: 'r/proxy:1' },
      ],
    },
    status: { phase, conditions: [{ type: 'Ready', status: 'True' }] },
  }) as Pod;

const cluster = [
  podOf('agent-b', 'agent-2', { tier: 'edge' }),
  podOf('agent-a', 'agent-1', { tier: 'hub' }),
  podOf('agent-a', 'agent-0', { tier: 'edge' }),
  podOf('agent-a', 'agent-9', { tier: 'edge' }, 'Pending'),
];
const state = { pods: new Map(cluster.map((pod) => [pod.uid, pod])), synced: true, seconds: 0 };
const source = { pods: () => state.pods, synced: () => state.synced };
const pair = await loopbackPair();
const store = openSettings();
let server: RunningServer;

beforeAll(async () => {
  const simulation = createSimulation({ source, store, model: { seed: 1, decisionsPerSecond: 10, timeScale: 1, baseline }, now: () => state.seconds });
  server = await startServer({ source, simulation, port: 0, securePort: 0, key: pair.key, certificate: pair.certificate });
});
afterAll(() => server.close());
beforeEach(() => {
  state.synced = true;
  store.set({ regressions: [], load: [] });
});

const plain = async (path: string, init?: RequestInit) => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init ?? {});
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
};
const put = (path: string, value: unknown) => plain(path, { method: 'PUT', body: JSON.stringify(value) });

const secure = (path: string, method = 'GET'): Promise<{ status: number | undefined; body: string }> =>
  new Promise((resolve, reject) => {
    const sent = requestSecure({ host: '127.0.0.1', port: server.securePort, path, method, ca: pair.authority }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    sent.on('error', reject).end();
  });
const api = '/apis/metrics.k8s.io/v1beta1';
const secureJson = async (path: string) => {
  const { status, body } = await secure(path);
  return { status, value: JSON.parse(body) };
};

describe('the plain listener', () => {
  test('tells its metrics in the text format, advanced to now', async () => {
    await plain('/metrics');
    state.seconds += 60;
    const { status, type, body } = await plain('/metrics');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const ok = /^ran_agent_decisions_total\{namespace="agent-b",pod="agent-2",simulated="true",outcome="ok"\} (\d+)$/m.exec(body)?.[1];
    expect(Number(ok)).toBeGreaterThan(450);
  });

  test('is healthy once the pods are listed', async () => {
    expect(await plain('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    state.synced = false;
    expect(await plain('/healthz')).toMatchObject({ status: 503, body: 'the pods are not listed yet\n' });
  });

  test('takes regressions and gives them back', async () => {
    const regressions = [{ image: 'r/agent', missing: true }];
    expect(await put('/regressions', regressions)).toEqual({ status: 200, type: 'application/json', body: `${JSON.stringify(regressions)}\n` });
    expect(JSON.parse((await plain('/regressions')).body)).toEqual(regressions);
    expect((await plain('/metrics')).body).not.toContain('agent-b');
    await put('/regressions', []);
    expect((await plain('/metrics')).body).toContain('agent-b');
  });

  test.each([
    ['/regressions', '[{"image":"x"},{"image":"y","errors":"many"}]', '[1].errors: Invalid input: expected number, received string'],
    ['/regressions', '{"image":"x"}', 'body: Invalid input: expected array, received object'],
    ['/regressions', '[{"image":"x","sleepy":true}]', '[0]: Unrecognized key: "sleepy"'],
    ['/regressions', '[{"image":', 'body: is no JSON'],
    ['/regressions', '', 'body: is no JSON'],
    ['/load', '[{"namespace":"a","cpuUtilisation":11}]', '[0].cpuUtilisation: Too big: expected number to be <=10'],
    ['/load', '[{"cpuUtilisation":1}]', '[0].namespace: Invalid input: expected string, received undefined'],
  ])('refuses what is wrong in PUT %s %s, and keeps what it had', async (path, body, error) => {
    expect(await plain(path, { method: 'PUT', body })).toEqual({ status: 400, type: 'application/json', body: `${JSON.stringify({ error })}\n` });
    expect(store.get()).toEqual({ regressions: [], load: [] });
  });

  test('refuses a body that is too long', async () => {
    expect(await put('/regressions', 'x'.repeat(2 ** 20))).toMatchObject({ status: 413, body: 'a body may have 1048576 bytes at most\n' });
  });

  test.each([
    ['GET', '/'],
    ['GET', '/metrics/'],
    ['POST', '/regressions'],
    ['DELETE', '/regressions'],
    ['PUT', '/metrics'],
    ['GET', api],
  ])('has nothing at %s %s', async (method, path) => {
    expect(await plain(path, { method })).toMatchObject({ status: 404, body: 'not found\n' });
  });

  test('outlives a client that goes away within its request', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write('PUT /regressions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n[');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await plain('/healthz')).status).toBe(200);
  });
});

describe('the resource metrics API', () => {
  test('tells its resources', async () => {
    const { status, value } = await secureJson(api);
    expect([status, value.kind, value.apiVersion, value.groupVersion]).toEqual([200, 'APIResourceList', 'v1', 'metrics.k8s.io/v1beta1']);
    expect(value.resources.map((r: { name: string; kind: string; namespaced: boolean }) => [r.name, r.kind, r.namespaced])).toEqual([
      ['nodes', 'NodeMetrics', false],
      ['pods', 'PodMetrics', true],
    ]);
  });

  test('tells the use of the running pods of a namespace as a share of their requests', async () => {
    const { status, value } = await secureJson(`${api}/namespaces/agent-b/pods`);
    expect([status, value.kind, value.apiVersion]).toEqual([200, 'PodMetricsList', 'metrics.k8s.io/v1beta1']);
    expect(value.items).toEqual([
      {
        metadata: {
          namespace: 'agent-b',
          name: 'agent-2',
          labels: { tier: 'edge' },
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        window: '15s',
        containers: [
          { name: 'agent', usage: { cpu: '100000000n', memory: '78643Ki' } },
          { name: 'proxy', usage: { cpu: '0n', memory: '0Ki' } },
        ],
      },
    ]);
  });

  test('follows the load of a namespace, of which the last one set counts', async () => {
    const load = [1, 2.5].map((cpuUtilisation) => ({ namespace: 'agent-b', cpuUtilisation }));
    expect((await put('/load', load)).status).toBe(200);
    expect(JSON.parse((await plain('/load')).body)).toEqual(load);
    const { value } = await secureJson(`${api}/pods`);
    expect(value.items.map((item: { containers: { usage: { cpu: string } }[] }) => item.containers[0]?.usage.cpu)).toEqual([
      '100000000n',
      '100000000n',
      '625000000n',
    ]);
  });

  test.each([
    ['/pods', ['agent-0', 'agent-1', 'agent-2']],
    ['/namespaces/agent-a/pods', ['agent-0', 'agent-1']],
    ['/namespaces/agent-a/pods?labelSelector=tier%3Dedge', ['agent-0']],
    ['/pods?labelSelector=tier+in+(edge,region)', ['agent-0', 'agent-2']],
    ['/namespaces/absent/pods', []],
  ])('lists the pods of %s', async (path, names) => {
    const { value } = await secureJson(api + path);
    expect(value.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(names);
  });

  test('tells one pod by its name', async () => {
    expect(await secureJson(`${api}/namespaces/agent-a/pods/agent-0`)).toMatchObject({
      status: 200,
      value: { kind: 'PodMetrics', metadata: { name: 'agent-0' } },
    });
  });

  test.each([
    [400, 'BadRequest', 'GET', `${api}/pods?labelSelector=a%3Db%20c`],
    [400, 'BadRequest', 'GET', `${api}/pods?fieldSelector=metadata.name%3Da`],
    [404, 'NotFound', 'GET', `${api}/namespaces/agent-a/pods/agent-9`],
    [404, 'NotFound', 'GET', `${api}/pods/agent-0`],
    [404, 'NotFound', 'GET', '/openapi/v2'],
    [404, 'NotFound', 'GET', '/metrics'],
    [405, 'MethodNotAllowed', 'PUT', `${api}/pods`],
  ])('answers with the status object %i %s to %s %s', async (code, reason, method, path) => {
    const { status, body } = await secure(path, method);
    expect(status).toBe(code);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
  });

  test('knows no nodes', async () => {
    expect(await secureJson(`${api}/nodes`)).toMatchObject({ status: 200, value: { kind: 'NodeMetricsList', items: [] } });
  });

  test('is ready once the pods are listed', async () => {
    state.synced = false;
    expect([(await secure('/readyz')).status, (await secure('/healthz')).status]).toEqual([503, 200]);
    state.synced = true;
    expect((await secure('/readyz')).status).toBe(200);
  });
});

test('a port that is taken is told, and nothing stays open', async () => {
  const simulation = createSimulation({ source, store, model: { seed: 1, decisionsPerSecond: 1, timeScale: 1, baseline } });
  await expect(startServer({ source, simulation, port: 0, securePort: server.securePort, key: pair.key, certificate: pair.certificate })).rejects.toThrow(
    'EADDRINUSE',
  );
});
