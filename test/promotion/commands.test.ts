import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { Sample } from '#model/observation.ts';
import type { Plan } from '#model/promotion.ts';
import { readObservations } from '#ring/read-observations.ts';
import type { TimelineEntry } from '#ring/simulate.ts';
import { repository } from '../support/policy-cases.ts';
import { PromotionClone } from '../support/promotion-clone.ts';
import { later, look, looks, network } from '../support/stage.ts';

/** The commands that look and plan, as people call them: text, JSON, exit codes and what they say of bad input. */
const clone = new PromotionClone();
const { agent, fleet } = clone;
afterAll(() => clone.close());

const planned = (...args: string[]) => fleet.run(['promote', '--plan', '--observations', clone.log, ...args]);
const usage = (args: readonly string[]): string => {
  const { exitCode, stdout, stderr } = fleet.run(args);
  expect([exitCode, stdout]).toEqual([2, '']);
  return stderr;
};

describe('promote --plan', () => {
  const end = clone.hoursAfterPin(4);
  const only = ['--agent', agent, '--ring', 'w0', '--at', end];

  test('0: all is well or on its way', () => {
    clone.observe(...clone.allWell([agent], clone.pinnedAt, end));
    const { exitCode, stdout } = planned(...only, '--verbose');
    expect(stdout).toContain(`verified ${agent} 1.0.0 in w0`);
    const plan = JSON.parse(planned(...only, '--json').stdout) as Plan;
    expect([exitCode, plan.decisions.map(({ state, action }) => `${action} ${state}`)]).toEqual([0, ['wait verified']]);
    expect(plan.decisions[0]?.verified).toMatchObject({ release: '1.0.0' });
  });

  test('3: a person is needed', () => {
    clone.observe(...looks(agent, 'dev-region-01', clone.pinnedAt, end), ...looks(agent, 'dev-hub-01', clone.pinnedAt, end));
    const { exitCode, stdout, stderr } = planned(...only);
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('nobody has judged the whole soak by the metrics of the fleet')]);
    expect(stderr).toContain('There is no evidence: no ring has verified anything.');
    expect(fleet.run(['promote', '--plan', ...only]).stderr).toContain('No observations were given: nothing is known of any cluster');
  });

  test('3: what fails without a release to go back to', () => {
    const failing = look(agent, 'dev-region-01', end, { aborted: '1.0.0', health: 'Degraded' });
    clone.observe(failing);
    const { exitCode, stdout } = planned(...only);
    // The ring has verified nothing that it could go back to: a person decides, and nothing is guessed.
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('has verified no other release that stands in Git')]);
  });

  test.each([
    [['promote'], 'say what to do'],
    [['promote', '--plan', '--apply'], 'say what to do'],
    [['promote', '--plan', '--at', '2027-01-31 09:30'], '--at 2027-01-31 09:30 is no instant'],
    [['promote', '--plan', '--head', 'nowhere'], 'there is no revision nowhere'],
    [['promote', '--plan', '--observations', 'nothing.ndjson'], 'nothing.ndjson can not be read'],
    [['promote', '--apply'], 'no repository was named'],
    [['promote', '--apply', '--remote', '.', '--watch', 'often'], '--watch often is no number of seconds'],
    [['simulate'], 'there is nothing to replay'],
    [['observe', '--json'], 'no kubeconfig was named'],
    [['observe', '--kubeconfig', 'nothing.yaml'], 'no log was named'],
    [['observe', '--json', '--kubeconfig', 'nothing.yaml'], 'nothing.yaml can not be read'],
    [['observe', '--json', '--prometheus', 'prometheus:9090'], 'prometheus:9090 is no address of a Prometheus'],
    [['observe', '--json', '--prometheus', 'http://me:secret@prometheus:9090'], 'http://prometheus:9090 is no address of a Prometheus'],
    [['observe', '--json', '--watch', '0'], '--watch 0 is no positive number'],
  ])('%j is refused with the way out', (args, expected) => {
    const told = usage(args);
    expect(told).toContain(expected);
    expect(told).not.toContain('secret');
    expect(told.trim().split('\n').length).toBeGreaterThan(1);
  });

  test('a log with a line that is no sample is refused with file and line', () => {
    writeFileSync(clone.log, `{"kind":"observations","version":1,"simulated":false}\n${JSON.stringify(network('dev-hub-01', end))}\n{"kind":"agent"}\n`);
    expect(usage(['promote', '--plan', '--observations', clone.log])).toMatch(/\.ndjson:3: /);
  });
});

describe('simulate', () => {
  const [from, end] = [clone.hoursAfterPin(1), clone.hoursAfterPin(5)];
  const simulated = (...args: string[]) => fleet.run(['simulate', '--observations', clone.log, '--agent', agent, '--ring', 'w0', ...args]);
  beforeAll(() => clone.observe(...clone.allWell([agent], clone.pinnedAt, end)));

  test('replays what was decided when, and says what is assumed', () => {
    const { exitCode, stdout } = simulated('--from', from, '--to', later(end, 60));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\d+ changes\. \(assumed\): after the last sample, if all stays as it was seen last\.\n$/);
    const timeline = JSON.parse(simulated('--from', from, '--to', later(end, 60), '--json').stdout) as TimelineEntry[];
    expect(timeline.length).toBeGreaterThan(1);
    expect(timeline.every(({ decision, at, assumed }) => decision.agent === agent && decision.ring === 'w0' && assumed === at > end)).toBe(true);
    expect(timeline.map(({ decision }) => decision.state)).toContain('soaking');
  });

  test('begins where the first run of looks began', () => {
    const run = looks(agent, 'dev-region-01', from, from).map((sample) => ({ ...sample, since: clone.pinnedAt, at: end }));
    const whole = looks(agent, 'dev-hub-01', end, end);
    clone.observe(...run, ...whole);
    const timeline = JSON.parse(simulated('--json').stdout) as TimelineEntry[];
    expect(timeline[0]?.at).toBe(clone.pinnedAt);
    clone.observe(...clone.allWell([agent], clone.pinnedAt, end));
  });

  test.each([
    [['--from', 'yesterday'], '--from yesterday is no instant'],
    [['--step', '0'], 'in steps of 0 minutes there are none'],
    [['--step', '0.01'], 'more than 10000'],
  ])('%j is refused', (args, expected) => {
    expect(usage(['simulate', '--observations', clone.log, ...args])).toContain(expected);
  });
});

describe('observe', () => {
  const kubeconfig = `${clone.remote}.kubeconfig`;
  const seen = `${clone.remote}.seen.ndjson`;
  let nobody = '';
  beforeAll(async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    nobody = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const named = 'prd-region-se-north-01';
    writeFileSync(
      kubeconfig,
      stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: named, cluster: { server: nobody.replace('http:', 'https:') } }],
        users: [{ name: named, user: { token: 'none' } }],
        contexts: [{ name: named, context: { cluster: named, user: named } }],
      }),
    );
  });
  const observed = (...args: string[]) => fleet.run(['observe', '--kubeconfig', kubeconfig, ...args]);
  const log = (): Sample[] =>
    readFileSync(seen, 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line));

  test('a cluster that does not answer is silent, and exit code 3 says so', () => {
    const { exitCode, stdout, stderr } = observed('--out', seen);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('prd-region-se-north-01 gave no whole answer');
    expect(stderr).toContain('ECONNREFUSED');
    const [first, ...agents] = log();
    expect(first).toMatchObject({ kind: 'cluster', reachable: false, criticalAlarms: null, incident: null });
    expect(agents.length).toBeGreaterThan(20);
    expect(agents.every((s) => s.kind === 'agent' && s.sync === 'Unknown' && s.health === 'Unknown' && s.release === null)).toBe(true);
  });

  test('--json prints the samples and needs no file', () => {
    const { stdout } = observed('--json');
    expect(stdout.trim().split('\n').map((line) => (JSON.parse(line) as Sample).kind)).toEqual(log().map(({ kind }) => kind)); // biome-ignore format: one line
  });

  test('a Prometheus that does not answer leaves the network unknown and makes an error of every soak that the log shows', () => {
    const now = new Date().toISOString();
    const before = looks(agent, 'dev-region-01', later(now, -240), later(now, -1));
    writeFileSync(seen, [JSON.stringify({ kind: 'observations', version: 1, simulated: false }), ...before.map((s) => JSON.stringify(s)), ''].join('\n'));
    const { exitCode, stdout, stderr } = observed('--out', seen, '--append', '--prometheus', nobody);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('alarms and incidents: Prometheus: no answer');
    const judged = log().filter(({ kind }) => kind === 'fleet');
    expect(judged).toEqual([
      {
        kind: 'fleet',
        at: expect.stringMatching(/Z$/),
        agent,
        ring: 'w0',
        release: '1.0.0',
        phase: 'Error',
        reason: expect.stringMatching(/^Prometheus: no answer/),
        query: expect.stringContaining('ran_agent_decisions_total{namespace="mro-optimizer"}'),
        samples: 0,
      },
    ]);
    expect(stdout).toContain(`${agent} 1.0.0 over w0: Error`);
    expect(log().slice(0, before.length)).toEqual(before);
  });

  test('a watch waits for no verdict: it is there in one of the next looks, and the log is whole when the watch is ended', async () => {
    const now = new Date().toISOString();
    clone.observe(...looks(agent, 'dev-region-01', later(now, -240), now));
    const args = ['observe', '--kubeconfig', kubeconfig, '--out', clone.log, '--append', '--prometheus', nobody, '--watch', '1'];
    const child = spawn(process.execPath, [path.join(repository, 'src/cli/main.mjs'), ...args], { cwd: fleet.directory, stdio: 'ignore' });
    const fleetSamples = () => readObservations(clone.log, readFileSync(clone.log, 'utf8')).observations.samples.filter(({ kind }) => kind === 'fleet');
    try {
      await vi.waitFor(() => expect(fleetSamples()).toMatchObject([{ agent, ring: 'w0', phase: 'Error' }]), { timeout: 60_000, interval: 200 });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
    const { observations, isCut } = readObservations(clone.log, readFileSync(clone.log, 'utf8'));
    expect(isCut).toBe(false);
    // All looks at one silent agent are a run, or two after a minute.
    const silent = observations.samples.filter((sample) => sample.kind === 'agent' && sample.agent === agent && sample.cluster === 'prd-region-se-north-01');
    expect(silent.length).toBeGreaterThan(0);
    expect(new Set(silent.map((sample) => ('since' in sample ? sample.since : sample.at))).size).toBeLessThan(3);
  });

  test('what is refused leaves no file behind', () => {
    const other = `${seen}.other`;
    expect(usage(['observe', '--kubeconfig', kubeconfig, '--context', 'nowhere=prd-region-se-north-01', '--out', other])).toContain(
      'there is no cluster nowhere',
    );
    expect(existsSync(other)).toBe(false);
    writeFileSync(other, 'notes\n');
    expect(usage(['observe', '--kubeconfig', kubeconfig, '--out', other, '--append'])).toContain(`${other}:1: is no header of an observation log`);
    expect(readFileSync(other, 'utf8')).toBe('notes\n');
  });
});
