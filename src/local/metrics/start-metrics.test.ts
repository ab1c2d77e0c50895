import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as requestSecure } from 'node:https';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { faultOfAsync } from '../../../test/support/faults.ts';
import { loopbackPair } from '../../../test/support/loopback-pair.ts';
import { type MetricsOptions, startMetrics } from './start-metrics.ts';

const pod = { metadata: { namespace: 'agent-a', name: 'agent-0', uid: 'u' }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
const pair = await loopbackPair();
const closing: (() => unknown)[] = [];
let folder: string;
let printed: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-metrics-'));
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

/** An API server with one pod and watches without any event. */
const startApi = async (): Promise<string> => {
  const api = createServer({ key: pair.key, cert: pair.certificate }, (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('watch=true')) response.flushHeaders();
    else response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [pod] }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    api.closeAllConnections();
    return new Promise((resolve) => api.close(resolve));
  });
  const server = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const cluster = { server, 'certificate-authority-data': Buffer.from(pair.authority).toString('base64') };
  const contexts = [{ name: 'x', context: { cluster: 'x', user: 'x' } }];
  return JSON.stringify({ 'current-context': 'x', clusters: [{ name: 'x', cluster }], users: [{ name: 'x', user: {} }], contexts });
};

const optionsOf = async (): Promise<MetricsOptions & { regressionsFile: string }> => ({
  kubeconfig: write('kubeconfig', await startApi()),
  port: 0,
  securePort: 0,
  keyFile: write('tls.key', pair.key),
  certificateFile: write('tls.crt', pair.certificate),
  seed: 42,
  decisionsPerSecond: 5,
  timeScale: 10,
  regressionsFile: path.join(folder, 'settings.json'),
});

const start = async (options: MetricsOptions) => {
  const running = await startMetrics(options);
  closing.push(running.close);
  const line = /^simulated metrics \(seed 42\): (http:\/\/127\.0\.0\.1:\d+)\/metrics\n$/.exec(printed.at(-1) ?? '');
  const url = line?.[1] ?? '';
  await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), { timeout: 10_000 });
  return { url, close: running.close };
};

const put = (url: string, value: unknown) => fetch(url, { method: 'PUT', body: JSON.stringify(value) });

test('it tells its address in one line and shows the pods of the cluster', async () => {
  const { url } = await start(await optionsOf());
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'ran_agent_decisions_total{namespace="agent-a",pod="agent-0",simulated="true",outcome="ok"} 0\n',
  );
  expect(printed.filter((text) => text.startsWith('simulated'))).toHaveLength(1);
});

test('what people set outlives a restart, in one whole file', async () => {
  const options = await optionsOf();
  const first = await start(options);
  await put(`${first.url}/regressions`, [{ image: 'x', errors: 5 }]);
  await put(`${first.url}/load`, [{ namespace: 'agent-a', cpuUtilisation: 0.9 }]);
  await first.close();
  expect(JSON.parse(readFileSync(options.regressionsFile, 'utf8'))).toEqual({
    regressions: [{ image: 'x', errors: 5 }],
    load: [{ namespace: 'agent-a', cpuUtilisation: 0.9 }],
  });
  expect(readdirSync(folder).sort()).toEqual(['kubeconfig', 'settings.json', 'tls.crt', 'tls.key']);
  const second = await start(options);
  expect(await (await fetch(`${second.url}/regressions`)).json()).toEqual([{ image: 'x', errors: 5 }]);
  expect(await (await fetch(`${second.url}/load`)).json()).toEqual([{ namespace: 'agent-a', cpuUtilisation: 0.9 }]);
});

test('what can not be kept does not take effect, and the answer tells why', async () => {
  const options = await optionsOf();
  const { url } = await start({ ...options, regressionsFile: path.join(folder, 'absent', 'settings.json') });
  const answer = await put(`${url}/regressions`, [{ image: 'x' }]);
  expect([answer.status, await answer.json()]).toEqual([500, { error: expect.stringContaining('ENOENT') }]);
  expect(await (await fetch(`${url}/regressions`)).json()).toEqual([]);
});

test.each([
  ['{"regressions":[{}],"load":[]}', 'regressions[0].image: Invalid input: expected string, received undefined'],
  ['[]', 'body: Invalid input: expected object, received array'],
])('a file with %s is no settings', async (content, problem) => {
  const options = await optionsOf();
  writeFileSync(options.regressionsFile, content);
  expect(await faultOfAsync(startMetrics(options))).toEqual({ code: 'GATE_MALFORMED', fault: 'usage', message: `${options.regressionsFile}: ${problem}` });
});

test('the secure listener shows the certificate of the files', async () => {
  const options = await optionsOf();
  const securePort = await new Promise<number>((resolve) => {
    const probe = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
  await start({ ...options, securePort });
  const status = await new Promise((resolve, reject) => {
    requestSecure({ host: '127.0.0.1', port: securePort, path: '/apis/metrics.k8s.io/v1beta1/pods', ca: pair.authority }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});

test('a key that is none ends the start, and the watch with it', async () => {
  const options = await optionsOf();
  await expect(startMetrics({ ...options, keyFile: write('tls.key', 'no key') })).rejects.toThrow();
});
