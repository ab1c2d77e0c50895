import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePorts } from '#local/layout.ts';
import { clustersOf } from '#model/fleet.ts';
import type { FleetSample, Sample } from '#model/observation.ts';
import { FleetClone } from '../support/fleet-clone.ts';
import { spread } from '../support/memory-metrics.ts';
import { repositoryFleet } from '../support/repository-fleet.ts';
import { later, looks } from '../support/stage.ts';
import { until } from './support/plane.ts';
import { pin, writeRelease } from './support/releases.ts';

/** Seconds between two samples of the past that Prometheus is given, and for how long the release has run. */
const step = 300;
const soakHours = 13;
const week = 7 * 86_400;
const release = '1.0.1';
const ring = 'w2';
const bin = path.resolve(import.meta.dirname, '../../.tools/bin');

/** What each agent does in the ring that has its new release. */
const agents = ['anomaly-detector', 'crdt-synchronizer', 'emergency-call-guardian', 'pm-counter-ingestor', 'ves-event-collector'] as const;
type Agent = (typeof agents)[number];

const { clusters } = repositoryFleet();
/** The one cluster that is asked; nobody answers there. */
const target = 'prd-region-se-north-01';
const pilot = clustersOf(repositoryFleet(), ring).map(({ name }) => name);
/** Of the hubs no agent of these has its pods there. */
const all = [...clusters.values()].filter(({ tier, env }) => tier !== 'hub' && env === 'production').map(({ name }) => name);

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly grows: (time: number) => number;
}

/** All counters of one cluster; `isNew` while it runs the new release. */
const seriesOf = (cluster: string, since: number): Series[] => {
  const isPilot = pilot.includes(cluster);
  const isNew = (time: number): boolean => isPilot && time > since;
  const kpi = (id: string, namespace: string | undefined, [numerator, denominator]: readonly [(time: number) => number, number]): Series[] => {
    const labels = { kpi: id, ratio: '0', ...(namespace === undefined ? {} : { namespace }) };
    return [
      { name: 'ran_kpi_numerator_total', labels, grows: numerator },
      { name: 'ran_kpi_denominator_total', labels, grows: () => denominator },
    ];
  };
  const share = (mean: number) => (time: number) => Math.round(mean + (mean / 100) * spread(cluster, time));
  const ofAgent = (agent: Agent): Series[] => {
    const isSilent = agent === 'ves-event-collector' && cluster === pilot[0];
    const errors = (time: number) => (agent === 'pm-counter-ingestor' && isNew(time) ? 25 : 5) + Math.round(2 * spread(cluster, time));
    const labels = { namespace: agent };
    const lag = (time: number) => Math.round((agent === 'crdt-synchronizer' && isNew(time) ? 1.5 : 1) * share(10_000)(time));
    const own: Series[] = isSilent
      ? []
      : [
          { name: 'ran_agent_decisions_total', labels: { ...labels, outcome: 'error' }, grows: errors },
          { name: 'ran_agent_decisions_total', labels: { ...labels, outcome: 'ok' }, grows: () => 5000 },
          { name: 'ran_agent_decision_seconds_bucket', labels: { ...labels, le: '0.1' }, grows: () => 4900 },
          { name: 'ran_agent_decision_seconds_count', labels, grows: () => 5000 },
          { name: 'ran_agent_cycle_completions_total', labels, grows: () => 1 },
          { name: 'ran_agent_emergency_access_failures_total', labels, grows: () => 0 },
          {
            name: 'ran_agent_unsafe_actions_total',
            labels,
            grows: (time) => (agent === 'emergency-call-guardian' && cluster === pilot[1] && time === since + 40 * step ? 1 : 0),
          },
        ];
    return [
      ...own,
      ...kpi('S11', agent, [share(9800), 10_000]),
      ...kpi('S13', agent, [share(500), 100_000]),
      ...kpi('S9', agent, [lag, 1000]),
      ...kpi('S15', agent, [() => 0, 1]),
    ];
  };
  return [...agents.flatMap(ofAgent), ...kpi('A4', undefined, [() => 0, 1]), ...kpi('V2', undefined, [() => 0, 1])];
};

/** Times of the samples: the soak with a day before it, and the same hours a week earlier. */
const timesOf = (since: number, now: number): number[] => {
  const between = (from: number, to: number): number[] => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
  return [...between(since - week - 7200, now - week), ...between(since - 93_600, now)];
};

/** OpenMetrics, each family together, each series in order of time. */
const writePast = async (file: string, since: number, now: number): Promise<void> => {
  const times = timesOf(since, now);
  const stream = createWriteStream(file);
  const say = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  const series = all.flatMap((cluster) => seriesOf(cluster, since).map((one) => ({ ...one, labels: { cluster, ...one.labels } })));
  for (const [name, ofName] of Map.groupBy(series, (one) => one.name)) {
    await say(`# TYPE ${name.replace(/_total$/, '')} ${name.endsWith('_total') ? 'counter' : 'gauge'}\n`);
    for (const { labels, grows } of ofName) {
      const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`).join(','); // biome-ignore format: one line
      let value = 1000;
      const lines = times.map((time) => {
        value += grows(time);
        return `${name}{${text}} ${value} ${time}`;
      });
      await say(`${lines.join('\n')}\n`);
    }
  }
  for (const gauge of ['ran_network_critical_alarms', 'ran_network_incident'])
    await say(
      `# TYPE ${gauge} gauge\n${all.flatMap((cluster) => times.map((time) => `${gauge}{cluster="${cluster}"} ${gauge.endsWith('alarms') && cluster === target ? 2 : 0} ${time}`)).join('\n')}\n`,
    );
  await say('# EOF\n');
  stream.end();
  await once(stream, 'finish');
};

const now = Math.floor(Date.now() / 1000);
const since = Math.floor((now - soakHours * 3600) / 900) * 900;

/** Commits of another time than now. */
const dated = <T>(seconds: number, work: () => T): T => {
  process.env['GIT_COMMITTER_DATE'] = new Date(seconds * 1000).toISOString();
  try {
    return work();
  } finally {
    delete process.env['GIT_COMMITTER_DATE'];
  }
};

/** All pins have stood for a week, but for those of the ring that got the new releases an hour before they ran. */
const cloned = (): FleetClone => {
  const fleet = dated(now - week, () => new FleetClone());
  for (const agent of agents) {
    writeRelease(fleet.directory, agent, release);
    pin(fleet.directory, agent, ring, release);
  }
  dated(since - 3600, () => fleet.commit('New releases in the first ring of production'));
  return fleet;
};

describe('a real Prometheus over the clusters of a fleet', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-fleet-verdict-'));
  const fleet = cloned();
  const log = path.join(folder, 'seen.ndjson');
  const kubeconfig = path.join(folder, 'kubeconfig.yaml');
  const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
  let prometheus: ChildProcess | undefined;
  let address = '';
  let network: Sample | undefined;

  beforeAll(async () => {
    const past = path.join(folder, 'past.txt');
    await writePast(past, since, now);
    const made = spawnSync(path.join(bin, 'promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', past, path.join(folder, 'data')], {
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(made.stderr);
    rmSync(past);
    writeFileSync(path.join(folder, 'prometheus.yaml'), '{}\n');
    const { prometheus: port } = await freePorts();
    address = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${path.join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      '--storage.tsdb.retention.time=30d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--query.lookback-delta=15m',
      '--log.level=warn',
    ];
    prometheus = spawn(path.join(bin, 'prometheus'), args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await until('Prometheus', 60_000, async () => ((await fetch(`${address}/-/ready`).catch(() => undefined))?.ok ? true : undefined));
    const access = { name: target, cluster: { server: 'https://127.0.0.1:1' } };
    const user = { name: target, user: { token: 'none' } };
    writeFileSync(
      kubeconfig,
      stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [access],
        users: [user],
        contexts: [{ name: target, context: { cluster: target, user: target } }],
      }),
    );
  }, 300_000);
  afterAll(async () => {
    prometheus?.kill('SIGTERM');
    if (prometheus?.exitCode === null) await once(prometheus, 'exit');
    fleet.close();
    rmSync(folder, { recursive: true });
  });

  const observed = (): FleetSample[] => {
    const seen: Sample[] = agents.flatMap((agent) => pilot.flatMap((cluster) => looks(agent, cluster, instant(since), instant(now - 60), { release })));
    writeFileSync(log, [JSON.stringify({ kind: 'observations', version: 1, simulated: false }), ...seen.map((s) => JSON.stringify(s)), ''].join('\n'));
    const ran = fleet.run(['observe', '--kubeconfig', kubeconfig, '--prometheus', address, '--out', log, '--append']);
    expect(ran.stderr).toContain(target);
    const lines = readFileSync(log, 'utf8').split('\n').slice(1, -1).map((line) => JSON.parse(line) as Sample); // biome-ignore format: one line
    network = lines.findLast((sample) => sample.kind === 'cluster');
    return lines.filter((sample) => sample.kind === 'fleet');
  };

  test('passes the release that is no worse, fails those that do harm, and leaves open what it was not shown', () => {
    const started = performance.now();
    const samples = observed();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const told = samples.map(({ agent, phase, reason }) => `${agent} ${phase}: ${reason}`);
    process.stderr.write(
      `    judged in ${seconds} s, over ${pilot.length} clusters against the rings after them:\n${told.map((line) => `      ${line}\n`).join('')}`,
    );
    expect(samples.every((sample) => sample.ring === ring && sample.release === release)).toBe(true);
    expect(told).toEqual([
      expect.stringMatching(/^anomaly-detector Successful: /),
      expect.stringMatching(/^crdt-synchronizer Failed: S9 \(.*\): the harm is surely more than the margin/),
      'emergency-call-guardian Failed: unsafe actions: 2, at most 0 may be',
      expect.stringMatching(/^pm-counter-ingestor Failed: errors: surely more than 1\.2 times as many as before/),
      expect.stringMatching(new RegExp(`^ves-event-collector Inconclusive: errors: .*nothing from ${pilot[0]}`)),
    ]);
    expect(samples.find(({ agent }) => agent === 'anomaly-detector')?.samples).toBeGreaterThan(1000);
    expect(network).toMatchObject({ cluster: target, reachable: false, criticalAlarms: 2, incident: false });
  });

  test('what it says moves the plan: a way back of what failed, and no verdict is no yes', () => {
    const at = later(instant(now), 1);
    const planned = fleet.run(['promote', '--plan', '--json', '--observations', log, '--at', at, '--ring', ring]);
    const { decisions } = JSON.parse(planned.stdout) as { decisions: { agent: string; state: string; reasons: { code: string }[] }[] };
    const of = (agent: Agent) => decisions.find((d) => d.agent === agent);
    expect(of('anomaly-detector')).toMatchObject({ state: 'verified' });
    for (const agent of ['crdt-synchronizer', 'emergency-call-guardian', 'pm-counter-ingestor'] as const)
      expect(of(agent)).toMatchObject({ state: 'failed', reasons: expect.arrayContaining([expect.objectContaining({ code: 'verdict.failed' })]) });
    expect(of('ves-event-collector')).toMatchObject({ state: 'held', reasons: [expect.objectContaining({ code: 'verdict.inconclusive' })] });
  });

  test('a Prometheus that is gone makes an error of all of them, and verifies nothing', async () => {
    prometheus?.kill('SIGTERM');
    if (prometheus?.exitCode === null) await once(prometheus, 'exit');
    expect(observed().map(({ phase }) => phase)).toEqual(agents.map(() => 'Error'));
    expect(network).toMatchObject({ criticalAlarms: null, incident: null });
  });
});
