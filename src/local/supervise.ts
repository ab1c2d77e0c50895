import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '#model/errors.ts';
import { applyOverlay } from './applications.ts';
import { checkOut, prepareCluster, writePartFiles } from './bootstrap.ts';
import { argoParts, rolloutsPart, servingParts } from './fleet-parts.ts';
import { readTokens } from './identities.ts';
import { kubeParts, storeParts } from './kube-parts.ts';
import { layoutOf } from './layout.ts';
import { PartsRunner } from './parts-runner.ts';
import { type PlaneState, readPlan } from './plan.ts';
import { startTicksOf } from './process-table.ts';

// Runs one control plane: starts its parts in order, prepares the cluster, then starts again whatever ends, until SIGTERM.
const plan = readPlan(process.argv[2] ?? '');
const layout = layoutOf(plan.root);
const startedAt = Date.now();
let state: PlaneState = {
  phase: 'starting',
  message: 'starting etcd and the API server',
  supervisor: { pid: process.pid, startTicks: startTicksOf(process.pid) ?? 0 },
  parts: [],
  startedAt: new Date(startedAt).toISOString(),
  leftOut: [],
};

/** Readers never see half a file. */
const save = (change: Partial<PlaneState> = {}): void => {
  state = { ...state, ...change, parts: runner.states() };
  writeFileSync(`${layout.state}.new`, `${JSON.stringify(state, null, 1)}\n`);
  renameSync(`${layout.state}.new`, layout.state);
};
const runner = new PartsRunner(layout.logs, () => save());

const redisServer = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => path.join(folder, 'redis-server'))
    .find((file) => existsSync(file));

const start = async (): Promise<void> => {
  const stores = storeParts(plan);
  const kube = kubeParts(plan);
  const serving = plan.canaryOnly ? [] : servingParts(plan);
  const argo = plan.canaryOnly ? [rolloutsPart(plan)] : argoParts(plan, redisServer());
  writePartFiles(plan);
  runner.announce([...stores, ...kube, ...serving, ...argo]);
  await runner.start(stores);
  save({ message: 'installing kinds, rights and nodes' });
  checkOut(plan);
  await prepareCluster(plan, readTokens(layout));
  save({ message: 'starting the controllers of Kubernetes, Git, the simulated metrics and Prometheus' });
  await runner.start([...kube, ...serving]);
  save({ message: 'starting Argo Rollouts and Argo CD' });
  await runner.start(argo);
  if (!plan.bare) {
    save({ message: `applying what ${plan.cluster} declares` });
    save({ leftOut: await applyOverlay(plan) });
  }
  save({ phase: 'ready', message: 'ready', readySeconds: (Date.now() - startedAt) / 1000 });
};

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  save({ phase: state.phase === 'failed' ? 'failed' : 'stopping' });
  await runner.stop();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

try {
  await start();
} catch (error) {
  if (!stopping) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    save({ phase: 'failed', message: messageOf(error) });
  }
}
// Children keep the process alive; this does so when all of them have crashed, so that `status` can still be asked.
for (;;) await wait(60_000);
