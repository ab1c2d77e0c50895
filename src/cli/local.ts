import { existsSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '#adapters/git.ts';
import { KubeClient } from '#adapters/kube-client.ts';
import { toolPath, toolSets } from '#adapters/tools.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { viewApplications } from '#local/applications.ts';
import { launch, readState, stopAll, tail, untilReady } from '#local/control.ts';
import { type Injection, inject } from '#local/inject.ts';
import { kubeconfigOf, type Layout, layoutOf } from '#local/layout.ts';
import { type PartState, type Plan, type PlaneState, readPlan } from '#local/plan.ts';
import { isAlive } from '#local/process-table.ts';
import { serveMetrics } from '#local/serve-metrics.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { engineRoot, headSnapshot } from './context.ts';
import type { Output } from './output.ts';

export interface LocalOptions extends Omit<Partial<Injection>, 'image'> {
  readonly cluster: string;
  readonly state?: string;
  readonly follow?: string;
  readonly timeScale: number;
  readonly seed: number;
  readonly bare?: boolean;
  readonly json?: boolean;
  readonly lines: number;
  readonly image?: string;
  readonly clear?: boolean;
}

/** `ranfleet local up | status | down | logs <part> | inject`: the control plane on loopback. */
export const localCommand = (
  directory: string,
  action: string,
  part: string | undefined,
  options: LocalOptions,
  output: Output,
): Promise<ExitCode> | ExitCode => {
  const layout = layoutOf(path.resolve(options.state ?? path.join(engineRoot, '.cache', 'local')));
  switch (action) {
    case 'up':
      return up(directory, layout, options, output);
    case 'status':
      return status(layout, options, output);
    case 'down':
      return down(layout, output);
    case 'logs':
      return logs(layout, part, options, output);
    case 'metrics':
      return metrics(layout);
    case 'inject':
      return injectFault(layout, options, output);
    default:
      throw new GateError('GATE_USAGE', 'usage', `there is no \`local ${action}\``, { hint: 'Use up, status, down, logs, inject or metrics.' });
  }
};

const up = async (directory: string, layout: Layout, options: LocalOptions, output: Output): Promise<ExitCode> => {
  for (const [set, { programs }] of Object.entries(toolSets(engineRoot))) for (const name of Object.values(programs)) toolPath(engineRoot, set, name);
  const source = repositoryRoot(directory);
  const fleet = readFleet(headSnapshot(source, 'HEAD'));
  const cluster = fleet.clusters.get(options.cluster);
  if (!cluster) {
    throw new GateError('GATE_NO_CLUSTER', 'usage', `there is no cluster ${options.cluster}`, {
      hint: `Take one of: ${[...fleet.clusters.keys()].join(', ')}`,
    });
  }
  const follow = options.follow === undefined ? undefined : layoutOf(path.resolve(options.follow));
  const { plan, served } = await launch({
    root: layout.root,
    engineRoot,
    source,
    follow: follow?.root,
    cluster: options.cluster,
    repositoryUrl: fleet.config.repository,
    timeScale: follow === undefined ? Number(options.timeScale) : readPlan(follow.plan).timeScale,
    seed: Number(options.seed),
    bare: options.bare === true,
    nodes: cluster.nodes,
  });
  const state = await untilReady(layout.root, (message) => output.note(`  ${message}`));
  output.print(upText(layout, plan, state, served));
  return exitCodes.allow;
};

const upText = (layout: Layout, plan: Plan, state: PlaneState, served: string): string =>
  [
    `${plan.cluster} runs on loopback, ready in ${state.readySeconds?.toFixed(0)} s (simulated pods and metrics)`,
    `  kubectl   export KUBECONFIG=${kubeconfigOf(layout, 'admin')}`,
    `  git       git push http://127.0.0.1:${plan.ports.git}/ran/ranfleet.git HEAD:main    (serves ${served.slice(0, 10)})`,
    `  metrics   http://127.0.0.1:${plan.ports.prometheus}`,
    plan.timeScale === 1 ? '' : `  durations of canaries and analyses are divided by ${plan.timeScale}`,
    ...(state.leftOut.length === 0
      ? []
      : [`  left out  ${state.leftOut.length} Applications that need Git servers which are not here; \`ranfleet local status\` names them`]),
    '',
  ]
    .filter((line, at, all) => line !== '' || at === all.length - 1)
    .join('\n');

/** State of one control plane. @throws GateError GATE_LOCAL_NONE where there is none. */
const stateOf = (layout: Layout): PlaneState => {
  const state = readState(layout);
  if (state) return state;
  throw new GateError('GATE_LOCAL_NONE', 'usage', `no control plane runs in ${layout.root}`, { hint: 'Run `npm run local:up`.' });
};

const status = async (layout: Layout, options: LocalOptions, output: Output): Promise<ExitCode> => {
  const state = stateOf(layout);
  const supervisorAlive = isAlive(state.supervisor);
  const broken = state.parts.filter((p) => p.status !== 'stopped' && p.status !== 'waiting' && !isAlive(p));
  const applications = supervisorAlive && state.phase === 'ready' ? await applicationsOf(layout) : [];
  if (options.json === true) {
    output.print(`${JSON.stringify({ ...state, supervisorAlive, broken: broken.map((p) => p.name), applications }, null, 2)}\n`);
  } else {
    const { red, dim } = output.paint;
    output.print(`${supervisorAlive ? state.phase : red('the supervisor is gone')}: ${state.message}\n`);
    for (const p of state.parts) output.print(partText(p, broken.includes(p), output.paint));
    for (const p of state.parts.filter((entry) => broken.includes(entry) || entry.restarts > 0)) {
      output.print(`\n${p.name}, the end of its log:\n${indent(tail(path.join(layout.logs, `${p.name}.log`), 8))}\n`);
    }
    output.print(applicationText(applications));
    for (const { application, reason } of state.leftOut) output.print(dim(`  left out: ${application} ${reason}\n`));
  }
  return supervisorAlive && state.phase === 'ready' && broken.length === 0 ? exitCodes.allow : exitCodes.undecided;
};

const partText = ({ name, status: now, pid, restarts, lastExit }: PartState, isBroken: boolean, { red, green, yellow, dim }: Output['paint']): string => {
  const word = isBroken && now === 'running' ? 'gone' : now;
  const paint = isBroken ? red : now === 'running' ? green : yellow;
  const history = restarts > 0 ? `, started again ${restarts} times, last ended with ${lastExit}` : '';
  return `  ${name.padEnd(30)} ${paint(word)}${pid === undefined ? '' : dim(` pid ${pid}`)}${history}\n`;
};

const indent = (text: string): string => text.replace(/^/gm, '    ');

const applicationsOf = async (layout: Layout): ReturnType<typeof viewApplications> => {
  const kube = new KubeClient(kubeconfigOf(layout, 'admin'));
  try {
    return await viewApplications(kube);
  } finally {
    kube.close();
  }
};

const applicationText = (applications: Awaited<ReturnType<typeof viewApplications>>): string => {
  if (applications.length === 0) return '';
  const settled = applications.filter((a) => a.sync === 'Synced' && a.health === 'Healthy');
  const others = applications
    .filter((a) => !settled.includes(a))
    .map((a) => `  ${a.name}: ${a.sync}, ${a.health}${a.message === '' ? '' : `: ${a.message.slice(0, 160)}`}\n`);
  return `${settled.length} of ${applications.length} Applications synced and healthy\n${others.join('')}`;
};

const down = async (layout: Layout, output: Output): Promise<ExitCode> => {
  const { wasThere, killed } = await stopAll(layout.root);
  output.print(wasThere ? `stopped; ${layout.root} is removed${killed > 0 ? `; ${killed} processes had to be killed` : ''}\n` : 'nothing runs\n');
  return exitCodes.allow;
};

const logs = (layout: Layout, part: string | undefined, options: LocalOptions, output: Output): ExitCode => {
  const names = ['supervisor', ...stateOf(layout).parts.map(({ name }) => name)];
  if (part === undefined || !names.includes(part)) {
    throw new GateError('GATE_USAGE', 'usage', part === undefined ? 'name a part' : `there is no part ${part}`, { hint: `Take one of: ${names.join(', ')}` });
  }
  output.print(`${tail(path.join(layout.logs, `${part}.log`), Number(options.lines))}\n`);
  return exitCodes.allow;
};

/** The simulator itself, in the foreground: the supervisor runs it as one of the parts. */
const metrics = async (layout: Layout): Promise<ExitCode> => {
  await serveMetrics(planOf(layout));
  return exitCodes.allow;
};

const planOf = (layout: Layout): Plan => {
  if (existsSync(layout.plan)) return readPlan(layout.plan);
  throw new GateError('GATE_LOCAL_NONE', 'usage', `no control plane runs in ${layout.root}`, { hint: 'Run `npm run local:up`.' });
};

const injectFault = async (layout: Layout, options: LocalOptions, output: Output): Promise<ExitCode> => {
  const { image, errors, latency, crash, missing, nan, silent, unsafe, divergence } = options;
  if (options.clear !== true && image === undefined) {
    throw new GateError('GATE_USAGE', 'usage', 'name the release by a part of its image, or give --clear', {
      hint: 'Like: --image sha256:0123abcd --errors 5',
    });
  }
  const given = Object.entries({ errors, latency, crash, missing, nan, silent, unsafe, divergence }).filter(([, value]) => value !== undefined);
  await inject(planOf(layout), image === undefined ? [] : [{ image, ...Object.fromEntries(given) } as Injection]);
  output.print(
    image === undefined ? 'no faults are simulated any more\n' : `simulated for ${image}: ${given.map(([name, value]) => `${name} ${value}`).join(', ')}\n`,
  );
  return exitCodes.allow;
};
