/** `npm run bench`: the budgets of the gate on this machine, next to plain kustomize over the same roots in the same run. */
import { rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { toolPath } from '#adapters/tools.ts';
import { rootsOf } from '#render/roots.ts';
import { FleetClone } from '../support/fleet-clone.ts';
import { repository } from '../support/policy-cases.ts';
import { measure } from './peak-memory.ts';

const main = path.join(repository, 'src/cli/main.mjs');
const kustomize = toolPath(repository, 'gate', 'kustomize');
const runs = { small: 7, large: 3 };

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const repeat = async <T>(n: number, work: () => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let i = 0; i < n; i++) results.push(await work());
  return results;
};

const line = (what: string, values: readonly number[], unit: string, budget?: number): void => {
  const mid = median(values);
  const verdict = budget === undefined ? '' : `  budget ${budget} ${unit}: ${mid <= budget ? 'met' : 'MISSED'}`;
  process.stdout.write(`${what.padEnd(58)} n=${values.length}  median ${mid.toFixed(2)} ${unit}  (${values.map((v) => v.toFixed(2)).join(' ')})${verdict}\n`);
};

const emptyCaches = (): void => rmSync(path.join(repository, '.cache'), { recursive: true, force: true });

const fleet = new FleetClone();
fleet.branch();
fleet.write(
  'agents/mro-optimizer/releases/1.0.1/kustomization.yaml',
  `resources: [../../config/1]\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/mro-optimizer\n    digest: sha256:${'cd'.repeat(32)}\n`,
);
fleet.replace('agents/mro-optimizer/rings/w3/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.0.1');
fleet.commit('A one-agent change');
// A clone that came over a network is packed; loose objects, as `git add` leaves them, take git about 0.1 s longer to read.
fleet.git('gc', '--quiet');

const gate = (...args: string[]) =>
  measure(process.execPath, [main, 'gate', '--base', 'main', '--head', 'HEAD', ...args], fleet.directory, args.includes('--all'));

process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}\n\n`);

const cold = await repeat(runs.small, async () => {
  emptyCaches();
  return (await gate()).seconds;
});
line('gate, one-agent change, cold (no cache at all)', cold, 's', 6);
const warm = await repeat(runs.small, async () => (await gate()).seconds);
line('gate, one-agent change, warm', warm, 's', 2);
const closures = await repeat(runs.small, async () => {
  const { report } = fleet.gate();
  return ((report?.times['closure'] ?? Number.NaN) + (report?.times['pre-scan'] ?? Number.NaN)) / 1000;
});
line('  of which closure and pre-scan of every kustomization', closures, 's', 0.3);

const whole = await repeat(runs.large, () => {
  emptyCaches();
  return gate('--all');
});
line(
  'gate, all clusters and every agent unit, cold',
  whole.map((r) => r.seconds),
  's',
  90,
);
line(
  '  peak memory of the gate and its kustomize processes',
  whole.map((r) => r.peakMiB),
  'MiB',
  1024,
);
const wholeWarm = await repeat(runs.large, async () => (await gate('--all')).seconds);
line('gate, all clusters and every agent unit, warm', wholeWarm, 's');

const roots = rootsOf(worktreeSnapshot(fleet.directory));
const plain = await repeat(runs.large, async () => {
  let seconds = 0;
  for (const root of roots) seconds += (await measure(kustomize, ['build', root.path], fleet.directory)).seconds;
  return seconds;
});
line(`kustomize build of the same ${roots.length} roots, one after another`, plain, 's');
process.stdout.write(
  `\nratio plain kustomize / gate cold: ${(median(plain) / median(whole.map((r) => r.seconds))).toFixed(2)}; / gate warm: ${(median(plain) / median(wholeWarm)).toFixed(2)}\n`,
);
fleet.close();
