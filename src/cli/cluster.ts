import { repositoryRoot, worktreeSnapshot } from '#adapters/git.ts';
import { planNewCluster } from '#fleet/plan-cluster.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { writePlanned } from './generate.ts';
import type { Output } from './output.ts';

export interface ClusterOptions {
  readonly tier?: string;
  readonly wave?: string;
  readonly hub?: string;
  readonly country?: string;
  readonly residency?: string;
  readonly vendor?: string | readonly string[];
  readonly cells?: string | number;
  readonly timeZone?: string;
  readonly trackingArea?: string | number | readonly (string | number)[];
}

const environmentsByPrefix: Readonly<Record<string, string>> = { dev: 'dev', stg: 'staging', prd: 'production' };

/** `ranfleet cluster new <name>`: facts, overlay, facts ConfigMap and the hub's root Application. */
export const clusterCommand = (directory: string, action: string, name: string, options: ClusterOptions, output: Output): ExitCode => {
  if (action !== 'new') throw new GateError('GATE_USAGE', 'usage', `cluster ${action} is unknown`, { hint: 'Say `ranfleet cluster new <name>`.' });
  const repository = repositoryRoot(directory);
  const planned = planNewCluster(readFleet(worktreeSnapshot(repository)), specOf(name, options));
  writePlanned(repository, planned, output);
  return exitCodes.allow;
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
    nodes: { count: 3, cpu: tier === 'edge' ? 4 : 16, memoryGi: tier === 'edge' ? 16 : 64 },
  };
};

const vendorOf = (text: string): Record<string, unknown> => {
  const [, name, share] = /^([a-z-]+)=(\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new GateError('GATE_USAGE', 'usage', `--vendor ${text} is not a share`, { hint: 'Write --vendor nokia=100' });
  return { name, share: Number(share), simulated: false };
};
