import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seeNetwork } from '#observe/network.ts';
import { faultOfAsync } from '../../test/support/faults.ts';
import { createPrometheus } from './prometheus.ts';

/** What the next request gets. */
let reply: (request: IncomingMessage, response: ServerResponse, body: string) => void = () => {};
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => reply(request, response, Buffer.concat(parts).toString()));
});
let base: URL;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/prom`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const answering = (body: unknown, status = 200): void => {
  reply = (_, response) => {
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};
const matrix = (...result: { readonly metric: object; readonly values: readonly (readonly [number, string])[] }[]): object => ({
  status: 'success',
  data: { resultType: 'matrix', result },
});
const times = { start: 900, end: 1800, step: 900 };
const ask = () => createPrometheus(base).byCluster('sum by (cluster) (up)', times);
const refused = async (): Promise<string> => (await faultOfAsync(ask())).message;

describe('a whole answer', () => {
  test('is a value by cluster and time; NaN and the infinities are no gaps', async () => {
    answering(
      matrix(
        { metric: { cluster: 'a' }, values: [[900, '1.5'], [1800, 'NaN']] },
        { metric: { cluster: 'b' }, values: [[900, '+Inf'], [1800, '-Inf']] },
      ),
    ); // biome-ignore format: a table
    expect(await ask()).toEqual(
      new Map([
        ['a', new Map([[900, 1.5], [1800, Number.NaN]])],
        ['b', new Map([[900, Number.POSITIVE_INFINITY], [1800, Number.NEGATIVE_INFINITY]])],
      ]),
    ); // biome-ignore format: a table
    answering(matrix());
    expect(await ask()).toEqual(new Map());
  });

  test('is asked by POST below the address, with the token where there is one', async () => {
    const seen: unknown[] = [];
    reply = (request, response, body) => {
      seen.push([request.method, request.url, request.headers.authorization, body]);
      response.end(JSON.stringify(matrix()));
    };
    await ask();
    await createPrometheus(base, 'secret').byCluster('up', times);
    expect(seen).toEqual([
      ['POST', '/prom/api/v1/query_range', undefined, 'query=sum+by+%28cluster%29+%28up%29&start=900&end=1800&step=900'],
      ['POST', '/prom/api/v1/query_range', 'Bearer secret', 'query=up&start=900&end=1800&step=900'],
    ]);
  });
});

describe('anything else is undecided', () => {
  test.each([
    ['a refusal', { status: 'error', error: 'parse error: no such function' }, /parse error: no such function/],
    ['parts that are missing', { ...matrix(), warnings: ['store b is down'] }, /store b is down/],
    ['no JSON', '<html>', /no answer/],
    ['another interface', { status: 'success', data: { resultType: 'vector', result: [] } }, /none of its interface/],
    ['series without a cluster', matrix({ metric: {}, values: [] }), /not told apart by the label cluster/],
    ['more than one series of a cluster', matrix({ metric: { cluster: 'a', replica: '0' }, values: [] }), /not told apart by the label cluster/],
    ['the same cluster twice', matrix({ metric: { cluster: 'a' }, values: [] }, { metric: { cluster: 'a' }, values: [] }), /not told apart/],
  ])('%s', async (_, body, expected) => {
    answering(body);
    expect(await refused()).toMatch(expected);
    expect((await faultOfAsync(ask())).fault).toBe('undecided');
  });

  test('a gateway that answers for it, a redirect, a broken answer, nobody there', async () => {
    answering('bad gateway', 502);
    expect(await refused()).toMatch(/no answer/);
    reply = (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    expect(await refused()).toMatch(/no answer/);
    reply = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"status"');
      response.destroy();
    };
    expect(await refused()).toMatch(/no answer/);
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const nobody = new URL(`http://127.0.0.1:${(gone.address() as AddressInfo).port}`);
    await new Promise((resolve) => gone.close(resolve));
    expect((await faultOfAsync(createPrometheus(nobody).byCluster('up', times))).message).toMatch(/no answer.*ECONNREFUSED/);
  });
});

describe('the network under the clusters', () => {
  const now = 1_800_000;
  const seen = (alarms: string | undefined, incident: string | undefined, simulated?: string) => {
    reply = (_, response, body) => {
      const value = body.includes('alarms') ? alarms : body.includes('incident') ? incident : simulated;
      response.end(JSON.stringify(value === undefined ? matrix() : matrix({ metric: { cluster: 'a' }, values: [[1800, value]] })));
    };
    return seeNetwork(createPrometheus(base), now);
  };

  test.each([
    ['well', '0', '0', { criticalAlarms: 0, incident: false }],
    ['ill', '3', '1', { criticalAlarms: 3, incident: true }],
    ['no series', undefined, undefined, { criticalAlarms: null, incident: null }],
    ['no number', 'NaN', 'NaN', { criticalAlarms: null, incident: null }],
    ['what can not be', '0.5', '2', { criticalAlarms: null, incident: null }],
    ['what can not be either', '-1', '0.5', { criticalAlarms: null, incident: null }],
  ])('%s', async (_, alarms, incident, expected) => {
    const { of, silence } = await seen(alarms, incident);
    expect(of('a')).toEqual(expected);
    expect(of('b')).toEqual({ criticalAlarms: null, incident: null });
    expect(silence).toBeUndefined();
  });

  test('is simulated where any series says so', async () => {
    expect((await seen('0', '0')).simulated).toBe(false);
    expect((await seen('0', '0', '0')).simulated).toBe(false);
    expect((await seen('0', '0', '1')).simulated).toBe(true);
  });

  test('no answer is told, and nothing is known', async () => {
    answering('down', 503);
    const { of, silence } = await seeNetwork(createPrometheus(base), now);
    expect(of('a')).toEqual({ criticalAlarms: null, incident: null });
    expect(silence?.message).toMatch(/^Prometheus: no answer/);
  });
});
