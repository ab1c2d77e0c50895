import { repositoryRoot, worktreeSnapshot } from '#adapters/git.ts';
import { clusterFile, planJoined, withJoining } from '#fleet/edit-cluster.ts';
import { planNewCluster } from '#fleet/plan-cluster.ts';
import { readFleet, readFleetWith } from '#fleet/read-fleet.ts';
import type { Cluster } from '#model/cluster.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import { writePlanned } from './generate.ts';
import { joinsOf, safeReleaseIn } from './join-cluster.ts';
import type { Output } from './output.ts';
import { groundOf, type PlanGround } from './plan-for.ts';

export interface ClusterOptions {
  readonly tier?: string;
  readonly wave?: string;
  readonly hub?: string;
  readonly country?: string;
  readonly residency?: string;
  readonly vendor?: string | readonly string[];
  readonly cells?: string | number;
  readonly timeZone?: string;
  /** `<count>x<cores>x<GiB>`, each node. */
  readonly nodes?: string;
  /** joined: agents whose entries go. */
  readonly agent?: string | readonly string[];
  readonly trackingArea?: string | number | readonly (string | number)[];
}

const environmentsByPrefix: Readonly<Record<string, string>> = { dev: 'dev', stg: 'staging', prd: 'production' };

/**
 * `ranfleet cluster new <name>`: facts, overlay, facts ConfigMap and the hub's root Application. `rejoin`: a cluster that was built anew.
 * `joined`: agents of a cluster follow the pins of their ring again.
 */
export const clusterCommand = (directory: string, action: string, name: string, options: ClusterOptions, output: Output): ExitCode => {
  const repository = repositoryRoot(directory);
  const snapshot = worktreeSnapshot(repository);
  if (action === 'new') return newCluster(repository, snapshot, specOf(name, options), output);
  if (action !== 'rejoin' && action !== 'joined')
    throw new GateError('GATE_USAGE', 'usage', `cluster ${action} is unknown`, { hint: 'Say `ranfleet cluster new`, `rejoin` or `joined`, and its name.' });
  if (!snapshot.files.has(clusterFile(name)))
    throw new GateError('GATE_USAGE', 'usage', `there is no cluster ${name}`, { hint: 'Clusters are the folders of clusters/.' });
  if (action === 'rejoin') return rejoin(repository, snapshot, name, output);
  writePlanned(repository, planJoined(snapshot, name, [options.agent ?? []].flat()), output);
  return exitCodes.allow;
};

const newCluster = (repository: string, snapshot: Snapshot, spec: Readonly<Record<string, unknown>>, output: Output): ExitCode => {
  const fleet = readFleet(snapshot);
  const ground = groundOf(repository, {});
  const planned = planNewCluster(fleet, spec, (agent, ring) => safeReleaseIn(agent, ring, { ...ground, fleet }));
  const after = readFleetWith(snapshot, planned);
  writeWithJoins(repository, planned, String(spec['name']), { ...ground, fleet: after }, output);
  return exitCodes.allow;
};

const rejoin = (repository: string, snapshot: Snapshot, name: string, output: Output): ExitCode => {
  const path = clusterFile(name);
  const planned = new Map([[path, withJoining(snapshot.read(path).toString(), path, [], new Date().toISOString())]]);
  writeWithJoins(repository, planned, name, { ...groundOf(repository, {}), fleet: readFleet(snapshot) }, output);
  return exitCodes.allow;
};

/** Adds to the planned facts of a cluster the entries with which it starts on verified releases, and writes all of it. */
const writeWithJoins = (repository: string, planned: ReadonlyMap<string, string>, name: string, ground: PlanGround, output: Output): void => {
  const cluster = ground.fleet.clusters.get(name) as Cluster;
  const { entries, notes } = joinsOf(cluster, { ...ground, head: ground.revision });
  const path = clusterFile(name);
  const text = planned.get(path) ?? '';
  writePlanned(repository, entries.length === 0 ? planned : new Map([...planned, [path, withJoining(text, path, entries)]]), output);
  for (const { agent, release } of entries) output.note(`${agent} joins on ${release}, which ${cluster.wave} has verified.`);
  for (const note of notes) output.note(note);
};

const specOf = (name: string, options: ClusterOptions): Record<string, unknown> => {
  const [prefix = '', tier = ''] = name.split('-');
  const isProduction = prefix === 'prd';
  const hub = options.hub ?? (tier === 'hub' ? name : undefined);
  return {
    name,
    env: environmentsByPrefix[prefix],
    tier: options.tier ?? tier,
    wave: options.wave,
    hub,
    country: options.country ?? 'none',
    residency: options.residency ?? 'none',
    vendors: [options.vendor ?? []].flat().map(vendorOf),
    cells: Number(options.cells ?? 0),
    protectedShare: 0,
    timeZone: options.timeZone ?? 'UTC',
    maintenanceWindow: isProduction ? { start: '00:00', end: '05:00' } : { start: '00:00', end: '23:59' },
    trackingAreas: [options.trackingArea ?? []].flat().map(Number),
    memoryPeers: tier === 'hub' || hub === undefined ? [] : [hub],
    components: [],
    nodes: nodesOf(options.nodes ?? (tier === 'edge' ? '3x4x16' : '6x16x64')),
  };
};

const nodesOf = (text: string): Record<string, number> => {
  const [, count, cpu, memoryGi] = /^(\d+)x(\d+)x(\d+)$/.exec(text) ?? [];
  if (count === undefined)
    throw new GateError('GATE_USAGE', 'usage', `--nodes ${text} is no number of nodes`, { hint: 'Write --nodes 6x16x64: nodes, cores and GiB of each.' });
  return { count: Number(count), cpu: Number(cpu), memoryGi: Number(memoryGi) };
};

const vendorOf = (text: string): Record<string, unknown> => {
  const [, name, share] = /^([a-z-]+)=(\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new GateError('GATE_USAGE', 'usage', `--vendor ${text} is not a share`, { hint: 'Write --vendor nokia=100' });
  return { name, share: Number(share), simulated: false };
};
