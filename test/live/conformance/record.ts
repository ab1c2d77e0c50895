import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KubeClient } from '#adapters/kube-client.ts';
import { headSnapshot } from '#cli/context.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { applyAll } from '#local/bootstrap.ts';
import { launch, stopAll, untilReady } from '#local/control.ts';
import { kubeconfigOf, layoutOf } from '#local/layout.ts';
import { compareStreams } from '../../support/conformance/compare.ts';
import { generateScenarios } from '../../support/conformance/generate.ts';
import { type Recording, recordedScenarios, toleranceSeconds, writeRecording } from '../../support/conformance/recordings.ts';
import { runSimulated } from '../../support/conformance/run-simulated.ts';
import { rolloutOf, type Scenario, templatesOf, wantedAtFirst } from '../../support/conformance/scenario.ts';
import { trafficObjects } from '../support/small-rollout.ts';
import { act } from './act.ts';
import { Course } from './course.ts';
import { serveMetrics } from './metric-server.ts';
import { readyStage } from './ready-stage.ts';
import { watchAll } from './watch-all.ts';

// Runs scenarios on the real controller, all at the same time, records what it does, and compares that with what the simulator does.
// `npm run conformance -- [seed | kept] [name...] [--keep]`: `kept` runs the kept scenarios anew, a number draws others; with names, only
// those; --keep writes the fixtures.

/** Between the releases of two scenarios, so that the controller is not slowed down by all at once. */
const staggerMs = 1500;
const settleTimeoutMs = 90_000;
const cluster = 'prd-region-se-north-01';
const repository = path.resolve(import.meta.dirname, '../../..');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const startPlane = async (): Promise<string> => {
  const root = path.join(mkdtempSync(path.join(tmpdir(), 'ranfleet-conformance-')), 'plane');
  const fleet = readFleet(headSnapshot(repository, 'HEAD'));
  await launch({
    root,
    engineRoot: repository,
    source: repository,
    cluster,
    repositoryUrl: fleet.config.repository,
    timeScale: 1,
    seed: 1,
    bare: true,
    canaryOnly: true,
    nodes: { count: 4, cpu: 64, memoryGi: 256 },
  });
  return root;
};

const namespaceOf = (index: number): string => `conformance-${index + 1}`;

const prepare = async (kube: KubeClient, scenario: Scenario, namespace: string, url: string): Promise<void> => {
  await applyAll(kube, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  await applyAll(kube, [...(scenario.isRouted ? trafficObjects(namespace) : []), ...templatesOf(scenario, namespace, url)]);
  await kube.apply(rolloutOf(scenario, wantedAtFirst(scenario), namespace));
};

/** Waits until every first release is stable. @throws Error that names those which are not. */
const untilStable = async (kube: KubeClient, count: number): Promise<void> => {
  const deadline = Date.now() + settleTimeoutMs;
  for (;;) {
    const rollouts = await kube.list('argoproj.io/v1alpha1', 'Rollout');
    const open = rollouts
      .filter(({ status }) => (status as { phase?: string })?.phase !== 'Healthy')
      .map(({ metadata, status }) => `${metadata.namespace}: ${(status as { message?: string })?.message}`);
    if (rollouts.length === count && open.length === 0) return;
    if (Date.now() > deadline) throw new Error(`not stable: ${open.join('; ')} (${rollouts.length} of ${count})`);
    await wait(500);
  }
};

/** Plays one scenario; gives the moment of its first event, in milliseconds since 1970. */
const play = async (kube: KubeClient, scenario: Scenario, namespace: string): Promise<number> => {
  const from = Date.now();
  let wanted = wantedAtFirst(scenario);
  for (const event of scenario.events) {
    await wait(Math.max(0, from + event.at * 1000 - Date.now()));
    wanted = await act(kube, namespace, scenario, wanted, event);
  }
  await wait(Math.max(0, from + scenario.until * 1000 - Date.now()));
  return from;
};

const record = async (root: string, scenarios: readonly Scenario[]): Promise<Recording[]> => {
  await untilReady(root, (message) => say(`  ${message}`));
  const kube = new KubeClient(kubeconfigOf(layoutOf(root), 'admin'));
  const byNamespace = new Map(scenarios.map((scenario, index) => [namespaceOf(index), scenario]));
  const courses = new Map([...byNamespace.keys()].map((namespace) => [namespace, new Course()]));
  const metrics = await serveMetrics(byNamespace);
  const ends: string[] = [];
  await kube.apply(readyStage());
  const watch = watchAll(
    kube.config,
    (object) => courses.get(object.metadata.namespace ?? '')?.see(Date.now(), object),
    (reason) => ends.push(reason),
  );
  try {
    for (const [namespace, scenario] of byNamespace) await prepare(kube, scenario, namespace, metrics.urlOf(namespace));
    await untilStable(kube, scenarios.length);
    await wait(3000);
    say(`${scenarios.length} first releases are stable; scenarios begin`);
    const begun = [...byNamespace].map(async ([namespace, scenario], index): Promise<Recording> => {
      await wait(index * staggerMs);
      const from = await play(kube, scenario, namespace);
      return { scenario, startAt: (from % 1_000_000) / 1000, streams: courses.get(namespace)?.streams(from, scenario.until) ?? {} };
    });
    const recordings = await Promise.all(begun);
    if (ends.length > 0) throw new Error(ends.join('\n'));
    return recordings;
  } finally {
    watch.close();
    await metrics.close();
    kube.close();
  }
};

const tell = (recordings: readonly Recording[]): number => {
  let equal = 0;
  let worst = 0;
  let values = 0;
  for (const { scenario, startAt, streams } of recordings) {
    const { differences, worstSeconds, compared } = compareStreams(streams, runSimulated(scenario, startAt), toleranceSeconds);
    values += compared;
    worst = Math.max(worst, worstSeconds);
    if (differences.length === 0) equal++;
    else say(`${scenario.name}\n${differences.map((difference) => `    ${difference}`).join('\n')}`);
  }
  say(
    `${recordings.length} scenarios, ${equal} equal; ${values} values compared; waits differ by ${worst.toFixed(2)} s at most (tolerance ${toleranceSeconds} s)`,
  );
  return recordings.length - equal;
};

const words = process.argv.slice(2);
const [which = 'kept', ...names] = words.filter((word) => !word.startsWith('--'));
const all = which === 'kept' ? recordedScenarios() : generateScenarios(Number(which));
const scenarios = all.filter(({ name }) => names.length === 0 || names.includes(name));
const root = await startPlane();
try {
  const recordings = await record(root, scenarios);
  if (words.includes('--keep')) for (const recording of recordings) writeRecording(recording);
  const spare = process.env['CONFORMANCE_OUT'];
  if (spare !== undefined) writeFileSync(spare, JSON.stringify(recordings));
  process.exitCode = tell(recordings) === 0 ? 0 : 1;
} finally {
  const { killed } = await stopAll(root);
  say(`control plane stopped${killed > 0 ? `; ${killed} processes had to be killed` : ''}`);
}
