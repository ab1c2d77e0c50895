import path from 'node:path';
import { kubeconfigOf, layoutOf } from './layout.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { readPlan } from './plan.ts';

// The simulated metrics of one control plane, as a process of its own.
const plan = readPlan(process.argv[2] ?? '');
const layout = layoutOf(plan.root);
const running = await startMetrics({
  kubeconfig: kubeconfigOf(layout, 'metrics'),
  port: plan.ports.metrics,
  securePort: plan.ports.metricsTls,
  keyFile: path.join(layout.pki, 'metrics.key'),
  certificateFile: path.join(layout.pki, 'metrics.crt'),
  seed: plan.seed,
  decisionsPerSecond: 20,
  timeScale: plan.timeScale,
  regressionsFile: path.join(layout.data, 'regressions.json'),
});
process.on('SIGTERM', () => void running.close().then(() => process.exit(0)));
