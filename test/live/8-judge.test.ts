import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject as provided, test } from 'vitest';
import { parse } from 'yaml';
import { KubeClient } from '#adapters/kube-client.ts';
import { freePorts, kubeconfigOf, layoutOf } from '#local/layout.ts';
import type { Verdict } from '#model/verdict.ts';
import { until } from './support/plane.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const stepSeconds = 5;

/** Decisions a second and share of errors of each revision; the fleet's stable pods and three canaries beside them. */
const revisions = {
  stable: { rate: 9500, errors: 0.01 },
  equal: { rate: 4000, errors: 0.01 },
  worse: { rate: 500, errors: 0.03 },
  few: { rate: 2, errors: 0.01 },
  unsafe: { rate: 4000, errors: 0.01 },
} as const;
type Revision = keyof typeof revisions;

/** What pods of an agent expose: counters that have grown since the start, and are there from it. */
const exposition = (startedAt: number): string => {
  const seconds = (Date.now() - startedAt) / 1000;
  const lines = Object.entries(revisions).flatMap(([hash, { rate, errors }]) => {
    const labels = `namespace="ran",rollouts_pod_template_hash="${hash}"`;
    const total = Math.floor(rate * seconds);
    const bad = Math.floor(total * errors);
    return [
      `ran_agent_decisions_total{${labels},outcome="error"} ${bad}`,
      `ran_agent_decisions_total{${labels},outcome="ok"} ${total - bad}`,
      `ran_agent_unsafe_actions_total{${labels}} ${hash === 'unsafe' && seconds > 10 ? 1 : 0}`,
    ];
  });
  return `# TYPE ran_agent_decisions_total counter\n${lines.sort().join('\n')}\n`;
};

const questionOf = (canary: Revision): object => ({
  namespace: 'ran',
  canary,
  stable: 'stable',
  window: 60,
  history: 0,
  step: stepSeconds,
  metrics: [{ name: 'errors', total: { metric: 'ran_agent_decisions_total' }, bad: { metric: 'ran_agent_decisions_total', labels: { outcome: 'error' } } }],
  guardrails: [{ name: 'unsafe actions', counter: { metric: 'ran_agent_unsafe_actions_total' } }],
});

const templateFile = path.join(repository, 'agents/_traits/analysis-judge/v1/canary-judge.yaml');

/** The metric of the trait, asked each second of another address about another question: conditions and limits stay. */
const metricFor = (canary: Revision, address: string): object => {
  const [metric] = (parse(readFileSync(templateFile, 'utf8')) as { spec: { metrics: { provider: { web: object } }[] } }).spec.metrics;
  return { ...metric, interval: '1s', provider: { web: { ...metric?.provider.web, url: `${address}/v1/verdict`, jsonBody: questionOf(canary) } } };
};

type Answer = Verdict & { readonly code: number };

/** `ranfleet judge serve` as a cluster would run it. */
class Judge {
  readonly #process: ChildProcess;
  address = '';
  constructor(prometheus: string) {
    const args = ['src/cli/main.mjs', 'judge', 'serve', '--port', '0', '--prometheus', prometheus];
    this.#process = spawn(process.execPath, args, { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async open(): Promise<this> {
    if (this.#process.stdout === null) throw new Error('the judge has no output');
    const [line] = (await once(createInterface(this.#process.stdout), 'line')) as [string];
    this.address = line.replace('judge: ', '');
    return this;
  }

  async ask(canary: Revision): Promise<Answer> {
    const response = await fetch(`${this.address}/v1/verdict`, { method: 'POST', body: JSON.stringify(questionOf(canary)) });
    expect(response.status).toBe(200);
    return (await response.json()) as Answer;
  }

  /** Its exit code. */
  async close(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    const [code] = (await once(this.#process, 'exit')) as [number | null];
    return code;
  }
}

describe('the judge before a real Prometheus', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-live-judge-'));
  const startedAt = Date.now();
  let agents: Server;
  let prometheus: ChildProcess;
  let address: string;
  let judge: Judge;

  beforeAll(async () => {
    agents = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(exposition(startedAt)));
    agents.listen(0, '127.0.0.1');
    await once(agents, 'listening');
    const target = `127.0.0.1:${(agents.address() as AddressInfo).port}`;
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'agents', honor_labels: true, static_configs: [{ targets: [target] }] }],
    };
    writeFileSync(path.join(folder, 'prometheus.yaml'), JSON.stringify(config));
    const listen = `127.0.0.1:${(await freePorts()).prometheus}`;
    address = `http://${listen}`;
    prometheus = spawn(
      path.join(repository, '.tools/bin/prometheus'),
      [`--config.file=${folder}/prometheus.yaml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${listen}`, '--log.level=warn'],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await until('Prometheus', 30_000, async () => {
      const response = await fetch(`${address}/-/ready`).catch(() => undefined);
      return response?.ok ? true : undefined;
    });
    judge = await new Judge(address).open();
  });
  afterAll(async () => {
    await judge.close();
    agents.close();
    agents.closeAllConnections();
    if (prometheus.exitCode === null && prometheus.signalCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const decided = (canary: Revision): Promise<Answer> =>
    until(`a verdict on ${canary}`, 90_000, async () => {
      const answer = await judge.ask(canary);
      return answer.phase === 'Inconclusive' ? undefined : answer;
    });

  test('fails the canary with three times the errors, and the one that did something unsafe', async () => {
    const worse = await decided('worse');
    expect([worse.code, worse.phase]).toEqual([-1, 'Failed']);
    expect(worse.reasons).toEqual([expect.stringMatching(/^errors: the canary is surely worse than the control/)]);
    expect(await decided('unsafe')).toMatchObject({ code: -1, reasons: ['unsafe actions: 1, at most 0 may be'] });
  });

  test('passes the equal canary on what Prometheus counted, and waits for more of the one that does little', async () => {
    const equal = await decided('equal');
    expect([equal.code, equal.phase]).toEqual([1, 'Successful']);
    const [evidence] = equal.evidence.metrics;
    const { canary, control, intervals } = evidence ?? { canary: { bad: 0, total: 0 }, control: { bad: 0, total: 0 }, intervals: 0 };
    // Scrapes come each second, so that the ends of intervals may be a second off.
    expect(canary.total / (intervals * stepSeconds * revisions.equal.rate)).toBeCloseTo(1, 0);
    expect(canary.bad / canary.total).toBeCloseTo(0.01, 4);
    expect(control.total / canary.total).toBeCloseTo(revisions.stable.rate / revisions.equal.rate, 2);
    expect(await judge.ask('few')).toMatchObject({ code: 0, phase: 'Inconclusive', reasons: [expect.stringContaining('too little evidence')] });
  });

  test.each([
    ['equal', 'Successful'],
    ['worse', 'Failed'],
  ] as const)('the real controller, asking by the web metric of canary-judge about the %s canary, comes to %s', async (canary, phase) => {
    await decided(canary);
    const kube = new KubeClient(kubeconfigOf(layoutOf(provided('planeRoot')), 'admin'));
    const namespace = 'judge';
    const name = `judge-${canary}`;
    const [namespaceObject, run] = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata: { name, namespace }, spec: { metrics: [metricFor(canary, judge.address)] } },
    ];
    if ((await kube.find(namespaceObject)) === undefined) await kube.apply(namespaceObject);
    await kube.apply(run);
    const ended = await until(`the AnalysisRun ${name}`, 60_000, async () => {
      const found = await kube.find(run);
      return ['Successful', 'Failed', 'Inconclusive', 'Error'].includes(found?.['status']?.phase) ? found : undefined;
    });
    expect(ended['status']).toMatchObject({ phase, metricResults: [{ name: 'harm', phase }] });
    expect(ended['status'].metricResults[0].measurements.at(-1).value).toBe(phase === 'Successful' ? '1' : '-1');
  });

  test('another judge that never saw anything says the same', async () => {
    const other = await new Judge(address).open();
    const [first, second] = await Promise.all([judge.ask('worse'), other.ask('worse')]);
    expect(await other.close()).toBe(0);
    expect([second.phase, first.phase]).toEqual(['Failed', 'Failed']);
  });

  test('does not pass a canary that Prometheus can not see any more, nor anything without Prometheus', async () => {
    agents.close();
    agents.closeAllConnections();
    const unseen = await until('a guardrail that fell silent', 60_000, async () => {
      const answer = await judge.ask('equal');
      return answer.phase === 'Inconclusive' ? answer : undefined;
    });
    expect(unseen.reasons).toContain('unsafe actions could not be read');
    prometheus.kill('SIGTERM');
    await once(prometheus, 'exit');
    expect(await judge.ask('equal')).toMatchObject({ code: 0, phase: 'Inconclusive', reasons: [expect.stringMatching(/^Prometheus: no answer/)] });
  });
});
