import { expect, test } from 'vitest';
import { formatExposition, type PodState } from './exposition.ts';
import { advance, baseline, kpis, type Regression, zeroCounters } from './model.ts';
import { type Pod, readPod } from './pod.ts';

const podOf = (name: string, changes: Partial<Pod> = {}): Pod => {
  const labels = { 'app.kubernetes.io/name': 'pci-planner', 'rollouts-pod-template-hash': '5d4f' };
  const pod = readPod({ metadata: { namespace: 'agent-pci', name, uid: `uid-${name}`, labels }, status: { phase: 'Running' } });
  return { ...(pod as Pod), restartCounts: new Map([['agent', 3]]), ...changes };
};

const stateOf = (pod: Pod, regression?: Regression): PodState => ({
  pod,
  counters: advance(zeroCounters, { uid: pod.uid, ready: true }, { from: 0, to: 600 }, { seed: 1, decisionsPerSecond: 5, timeScale: 1, baseline }),
  regression,
});

interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const unescaped = (value: string): string => value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));

/** Reads the text as strictly as the format is written: every line is known, and every family is announced once and stands together. */
const readStrictly = (text: string): Line[] => {
  expect(text.endsWith('\n')).toBe(true);
  const announced: string[] = [];
  const samples: Line[] = [];
  const lines = text.slice(0, -1).split('\n');
  for (const [at, line] of lines.entries()) {
    const help = /^# HELP ([a-z_]+) Simulated: .*\.$/.exec(line)?.[1];
    if (help !== undefined) {
      expect(announced).not.toContain(help);
      expect(lines[at + 1]).toMatch(new RegExp(`^# TYPE ${help} (counter|gauge|histogram)$`));
      announced.push(help);
      continue;
    }
    if (line.startsWith('# TYPE ')) continue;
    const [, name = '', list = '', value = ''] = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (NaN|\d+(?:\.\d+)?)$/.exec(line) ?? [];
    expect([name, line]).not.toEqual(['', line]);
    expect(name.replace(/_(bucket|sum|count)$/, '')).toBe(announced.at(-1));
    const labels = [...list.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map((label) => [label[1], unescaped(label[2] ?? '')] as const);
    expect(new Set(labels.map(([label]) => label)).size).toBe(labels.length);
    samples.push({ name, labels: Object.fromEntries(labels), value: Number(value) });
  }
  expect(new Set(samples.map(({ name, labels }) => JSON.stringify([name, labels]))).size).toBe(samples.length);
  return samples;
};

const linesOf = (states: readonly PodState[]): Line[] => readStrictly(formatExposition(states));

test('without pods there is the one gauge that says what this is', () => {
  expect(linesOf([])).toEqual([{ name: 'ranfleet_simulated', labels: { simulated: 'true' }, value: 1 }]);
});

test('a pod shows every metric that the analysis templates ask for, with the labels they choose by', () => {
  const lines = linesOf([stateOf(podOf('agent-5d4f-a'))]).slice(1);
  const common = { namespace: 'agent-pci', pod: 'agent-5d4f-a', app_kubernetes_io_name: 'pci-planner', rollouts_pod_template_hash: '5d4f', simulated: 'true' };
  for (const { name, labels } of lines) if (!name.startsWith('kube_')) expect(labels).toMatchObject(common);
  const shown = lines.map(({ name, labels: { outcome, le, agreement, kpi, container } }) =>
    [name, outcome ?? le ?? agreement ?? kpi ?? container ?? ''].join(' ').trim(),
  );
  expect(shown).toEqual([
    'ran_agent_decisions_total ok',
    'ran_agent_decisions_total error',
    ...['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '+Inf'].map((le) => `ran_agent_decision_seconds_bucket ${le}`),
    'ran_agent_decision_seconds_sum',
    'ran_agent_decision_seconds_count',
    'ran_agent_unsafe_actions_total',
    'ran_agent_emergency_access_failures_total',
    'ran_agent_shadow_decisions_total same',
    'ran_agent_shadow_decisions_total different',
    'ran_agent_cycle_completions_total',
    ...kpis.map((kpi) => `ran_agent_kpi_total ${kpi}`),
    'kube_pod_container_status_restarts_total agent',
  ]);
});

test('buckets are cumulative, and the last one is the count', () => {
  const lines = linesOf([stateOf(podOf('a'))]);
  const buckets = lines.filter(({ name }) => name.endsWith('_bucket')).map(({ value }) => value);
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(buckets.at(-1)).toBeGreaterThan(2_500);
  expect(lines.find(({ name }) => name.endsWith('_count'))?.value).toBe(buckets.at(-1));
});

test('restarts are those of the status, one line per container', () => {
  const pod = podOf('a', {
    restartCounts: new Map([
      ['proxy', 0],
      ['agent', 4],
    ]),
  });
  const restarts = linesOf([stateOf(pod)]).filter(({ name }) => name.startsWith('kube_'));
  expect(restarts.map(({ labels, value }) => [labels['container'], value])).toEqual([
    ['agent', 4],
    ['proxy', 0],
  ]);
});

test('labels that a pod does not have are left out', () => {
  const labels = linesOf([stateOf(podOf('a', { labels: {} }))]).map((line) => Object.keys(line.labels));
  expect(labels.flat().filter((label) => /^(app_|rollouts_)/.test(label))).toEqual([]);
});

test('values with quotes, backslashes and line breaks come back as they were', () => {
  const name = 'a "quoted" \\ back\\nslash\nbreak';
  expect(linesOf([stateOf(podOf('a', { labels: { 'app.kubernetes.io/name': name } }))])[1]?.labels['app_kubernetes_io_name']).toBe(name);
});

test('the order of the list does not show', () => {
  const states = ['b', 'a', 'c'].map((name) => stateOf(podOf(name)));
  expect(formatExposition(states.toReversed())).toBe(formatExposition(states));
});

test('of a missing pod there is no line, and the others stay', () => {
  const lines = linesOf([stateOf(podOf('a'), { image: 'x', missing: true }), stateOf(podOf('b'))]);
  expect(new Set(lines.map(({ labels }) => labels['pod']))).toEqual(new Set([undefined, 'b']));
});

test('a pod with NaN shows it in all that is simulated; its restarts stay true', () => {
  const lines = linesOf([stateOf(podOf('a'), { image: 'x', nan: true })]).slice(1);
  expect(lines.filter(({ value }) => !Number.isNaN(value)).map(({ name, value }) => [name, value])).toEqual([['kube_pod_container_status_restarts_total', 3]]);
});

test('a pod that does not run yet shows its restarts only', () => {
  const lines = linesOf([stateOf(podOf('a', { running: false }))]).slice(1);
  expect(lines.map(({ name }) => name)).toEqual(['kube_pod_container_status_restarts_total']);
});
