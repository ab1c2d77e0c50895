import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import type { Verdict } from '#model/verdict.ts';
import { seededRandom } from '#util/random.ts';
import { kpiRun } from '../support/verdict/kpi-runs.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-judge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = ['src/cli/main.mjs', 'judge'];
const judge = (args: readonly string[], input = ''): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [...program, ...args], { cwd: repository, input, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });

const counts = (bad: number, intervals: number): string =>
  JSON.stringify({
    metrics: [
      {
        name: 'errors',
        maxRatio: 2,
        dispersion: 1,
        intervals: Array.from({ length: intervals }, () => ({ canary: { bad, total: 1000 }, control: { bad: 10, total: 10_000 } })),
      },
    ],
  });

test('one verdict from standard input or a file: exit 0, 1 or 3 with the phase and why', () => {
  const passed = judge(['--input', '-'], counts(1, 100));
  expect([passed.status, passed.stdout]).toEqual([0, expect.stringMatching(/^Successful\n {2}errors: the canary is surely within its bound \(100 of 100000 /)]);
  const file = path.join(folder, 'counts.json');
  writeFileSync(file, counts(5, 100));
  const failed = judge(['--input', file]);
  expect([failed.status, failed.stdout]).toEqual([1, expect.stringMatching(/^Failed\n {2}errors: the canary is surely worse than the control/)]);
  const open = judge(['--input', '-'], counts(1, 2));
  expect([open.status, open.stdout]).toEqual([3, expect.stringMatching(/^Inconclusive\n {2}errors: too little evidence/)]);
  expect(judge(['--input', '-'], '{}').status).toBe(3);
});

test('prints the whole verdict as JSON, equal for equal inputs', () => {
  const [first, second] = [judge(['--input', '-', '--json'], counts(5, 20)), judge(['--input', '-', '--json'], counts(5, 20))];
  const told = JSON.parse(first.stdout) as Verdict;
  expect(told.evidence.metrics[0]).toMatchObject({ phase: 'Failed', canary: { bad: 100, total: 20_000 }, intervals: 20, failsAt: -Math.log(0.01) });
  expect(second.stdout).toBe(first.stdout);
});

test('a KPI that is named by its id is that of the catalogue, and one that is not there is refused', () => {
  const run = kpiRun({ cycles: 96, rho: 0, effect: 1.5, resamples: 499 }, seededRandom('command'));
  const named = (kpi: string): string => JSON.stringify({ kpis: { ...run, questions: run.questions.map((question) => ({ ...question, kpi })) } });
  const known = judge(['--input', '-', '--json'], named('R1'));
  expect(known.status).toBe(1);
  expect((JSON.parse(known.stdout) as Verdict).evidence.kpis).toMatchObject([{ id: 'R1', phase: 'Failed', margin: 0.1, cycles: 96 }]);
  expect(judge(['--input', '-'], named('R99'))).toMatchObject({ status: 2, stderr: expect.stringContaining('kpis.questions.0.kpi') });
});

test('what is no input is refused with the place, and exit 2', () => {
  const refused = (args: readonly string[], input = ''): [number | null, string] => {
    const { status, stderr } = judge(args, input);
    return [status, stderr];
  };
  expect(refused([])).toEqual([2, expect.stringContaining('nothing to judge was named')]);
  expect(refused(['weigh'])).toEqual([2, expect.stringContaining('there is no action weigh')]);
  expect(refused(['--input', path.join(folder, 'none.json')])).toEqual([2, expect.stringContaining('can not be read as JSON')]);
  expect(refused(['--input', '-'], 'no json')).toEqual([2, expect.stringContaining('can not be read as JSON')]);
  expect(refused(['--input', '-'], counts(2000, 1))).toEqual([2, expect.stringContaining('metrics.0.intervals.0.canary: has more bad events than events')]);
  expect(refused(['--input', '-'], '{"metric": []}')).toEqual([2, expect.stringContaining('metric')]);
  expect(refused(['serve'])).toEqual([2, expect.stringContaining('no Prometheus was named')]);
  expect(refused(['serve', '--prometheus', 'file:///etc/hosts'])).toEqual([2, expect.stringContaining('file:///etc/hosts is no address of a Prometheus')]);
  expect(refused(['serve', '--prometheus', 'http://127.0.0.1:9', '--port', '70000'])).toEqual([2, expect.stringContaining('70000 is no port')]);
});

test('serves on loopback until it is told to end; without Prometheus it answers, and passes nothing', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const server = spawn(process.execPath, [...program, 'serve', '--prometheus', `http://127.0.0.1:${port}`], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const address = line.match(/^judge: (http:\/\/127\.0\.0\.1:\d+)$/)?.[1];
  const question = {
    namespace: 'ran',
    canary: 'c1',
    stable: 's1',
    metrics: [{ name: 'errors', total: { metric: 'decisions' }, bad: { metric: 'failures' } }],
  };
  const ask = async (body: object): Promise<[number, unknown]> => {
    const response = await fetch(`${address}/v1/verdict`, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, await response.json()];
  };
  expect(await ask(question)).toEqual([
    200,
    expect.objectContaining({ code: 0, phase: 'Inconclusive', reasons: [expect.stringMatching(/^Prometheus: no answer \(.*ECONNREFUSED/)] }),
  ]);
  expect(await ask({ ...question, canary: 's1' })).toEqual([400, { error: expect.stringContaining('canary and stable are the same revision') }]);
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
});
