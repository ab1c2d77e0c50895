/**
 * `npm run bench`: the budgets of the gate on this machine, beside plain kustomize and beside kustomize, kubeconform and conftest over
 * the same roots in the same run. With words, only those parts: change, ring, whole, sizes, rehearsal, plan, requests.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { toolPath } from '#adapters/tools.ts';
import { rootsOf } from '#render/roots.ts';
import { FleetClone } from '../support/fleet-clone.ts';
import { repository } from '../support/policy-cases.ts';
import { figure, heading, ratio, repeat } from './figures.ts';
import { sizeFleet } from './fleet-sizes.ts';
import { measure } from './peak-memory.ts';
import { PeerPipeline } from './peer.ts';
import { benchPlan } from './plan.ts';
import { benchRehearsal } from './rehearsal.ts';
import { benchRequests } from './requests.ts';

const main = path.join(repository, 'src/cli/main.mjs');
const kustomize = toolPath(repository, 'gate', 'kustomize');

const emptyCaches = (): void => {
  for (const cache of ['renders', 'sources', 'verdicts', 'policies', 'forecasts', 'node'])
    rmSync(path.join(repository, '.cache', cache), { recursive: true, force: true });
};

const gate = (fleet: FleetClone, ...args: string[]) =>
  measure(process.execPath, [main, 'gate', '--base', 'main', '--head', 'HEAD', ...args], fleet.directory, args.includes('--all'));

const seconds = async (fleet: FleetClone, ...args: string[]): Promise<number> => (await gate(fleet, ...args)).seconds;

const coldGate = (fleet: FleetClone, ...args: string[]) => {
  emptyCaches();
  return gate(fleet, ...args);
};

const coldSeconds = async (fleet: FleetClone): Promise<number> => (await coldGate(fleet)).seconds;

const release = (agent: string, digest: string): string =>
  `resources: [../../config/1]\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/${agent}\n    digest: sha256:${digest.repeat(32)}\n`;

let releases = 0;

/** Another release of one agent, pinned in one ring, as a new commit. */
const promote = (fleet: FleetClone, agents: readonly string[]): void => {
  releases++;
  for (const agent of agents) {
    const version = `1.0.${releases}`;
    fleet.write(`agents/${agent}/releases/${version}/kustomization.yaml`, release(agent, releases.toString(16).padStart(2, '0')));
    fleet.write(
      `agents/${agent}/rings/w3/pin/kustomization.yaml`,
      fleet.read(`agents/${agent}/rings/w3/pin/kustomization.yaml`).replace(/releases\/\S+/, `releases/${version}`),
    );
  }
  fleet.commit(`Release ${releases}`);
};

/** A pull request of one release in a clone that came over a network: packed, as `git add` does not leave it. */
const changed = (fleet: FleetClone, agents: readonly string[]): void => {
  fleet.branch();
  promote(fleet, agents);
  fleet.git('gc', '--quiet');
};

const agentsOfRing = (fleet: FleetClone): string[] =>
  rootsOf(worktreeSnapshot(fleet.directory)).flatMap((r) => (r.path.endsWith('/rings/w3/region') ? (r.path.split('/')[1] ?? []) : []));

const oneAgent = async (fleet: FleetClone, peer: PeerPipeline): Promise<void> => {
  heading('One agent gets a release in one ring');
  changed(fleet, ['mro-optimizer']);
  const roots = rootsOf(worktreeSnapshot(fleet.directory)).filter((r) => r.path === 'agents/mro-optimizer/rings/w3/region');
  const cold = figure('gate, cold (no cache at all)', await repeat(5, () => coldSeconds(fleet)), 's', 4);
  const fresh = await repeat(5, () => {
    promote(fleet, ['mro-optimizer']);
    return seconds(fleet);
  });
  figure('gate, warm, a change that it has not seen', fresh, 's');
  const warm = figure('gate, warm, the same change again', await repeat(7, () => seconds(fleet)), 's', 1);
  const theirs = figure('kustomize | kubeconform | conftest, told which root', await repeat(5, async () => (await peer.run(roots)).seconds), 's');
  ratio('peer / gate cold', theirs, cold, 1);
  ratio('peer / gate warm', theirs, warm, 5);
};

const oneRing = async (fleet: FleetClone, peer: PeerPipeline): Promise<void> => {
  const agents = agentsOfRing(fleet);
  heading(`Every agent of a ring gets a release: ${agents.length} roots`);
  changed(fleet, agents);
  const roots = rootsOf(worktreeSnapshot(fleet.directory)).filter((r) => r.path.endsWith('/rings/w3/region'));
  const cold = figure('gate, cold', await repeat(3, () => coldSeconds(fleet)), 's', 60);
  const warm = figure('gate, warm', await repeat(3, () => seconds(fleet)), 's');
  const theirs = figure('kustomize | kubeconform | conftest, two roots at a time', await repeat(3, async () => (await peer.run(roots)).seconds), 's');
  ratio('peer / gate cold', theirs, cold, 1);
  ratio('peer / gate warm', theirs, warm, 5);
};

const whole = async (fleet: FleetClone): Promise<void> => {
  const roots = rootsOf(worktreeSnapshot(fleet.directory));
  heading(`Every root of the fleet: ${roots.length}`);
  const runs = await repeat(3, () => coldGate(fleet, '--all'));
  const cold = figure('gate --all, cold', runs.map((r) => r.seconds), 's', 90); // biome-ignore format: one figure, one line
  figure('  peak memory of the gate and its kustomize processes', runs.map((r) => r.peakMiB), 'MiB', 1024); // biome-ignore format: one figure, one line
  const warm = figure('gate --all, warm', await repeat(3, () => seconds(fleet, '--all')), 's');
  const plain = await repeat(3, async () => {
    let sum = 0;
    for (const root of roots) sum += (await measure(kustomize, ['build', root.path], fleet.directory)).seconds;
    return sum;
  });
  const theirs = figure('kustomize build of the same roots, one after another', plain, 's');
  ratio('plain kustomize / gate cold', theirs, cold);
  ratio('plain kustomize / gate warm', theirs, warm);
};

const sizes = async (): Promise<void> => {
  heading('One agent gets a release, by the size of the fleet');
  for (const clusters of [11, 22, 44, 200, 1000]) {
    const fleet = new FleetClone();
    sizeFleet(fleet, clusters);
    fleet.git('add', '--all');
    fleet.git('commit', '--quiet', '--allow-empty', '--message', `${clusters} clusters`); // the fleet has one of these sizes
    changed(fleet, ['mro-optimizer']);
    figure(`${clusters} clusters, gate, cold`, await repeat(3, () => coldSeconds(fleet)), 's');
    figure(`${clusters} clusters, gate, warm`, await repeat(3, () => seconds(fleet)), 's');
    fleet.close();
  }
};

process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}\n`);
const wanted = new Set(process.argv.slice(2));
const isWanted = (part: string): boolean => wanted.size === 0 || wanted.has(part);
const fleet = new FleetClone();
const work = mkdtempSync(path.join(tmpdir(), 'ranfleet-peer-'));
const peer = new PeerPipeline(work, fleet.directory);
if (isWanted('change')) await oneAgent(fleet, peer);
if (isWanted('ring')) await oneRing(fleet, peer);
if (isWanted('whole')) await whole(fleet);
if (isWanted('sizes')) await sizes();
if (isWanted('rehearsal')) await benchRehearsal();
if (isWanted('plan')) await benchPlan();
if (isWanted('requests')) await benchRequests();
fleet.close();
rmSync(work, { recursive: true });
