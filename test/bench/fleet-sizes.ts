import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { FleetClone } from '../support/fleet-clone.ts';

interface ClusterFile {
  spec: { name: string; hub: string; tier: string; wave: string; trackingAreas: number[]; memoryPeers: string[] };
}

/** Clusters of the clone, hubs first, so that every other one that is kept has its hub. */
const clustersOf = (fleet: FleetClone): ClusterFile[] => {
  const folder = path.join(fleet.directory, 'clusters');
  const names = readdirSync(folder).filter((name) => !name.startsWith('_'));
  const files = names.map((name) => parse(readFileSync(path.join(folder, name, 'cluster.yaml'), 'utf8')) as ClusterFile);
  return files.sort((a, b) => Number(b.spec.tier === 'hub') - Number(a.spec.tier === 'hub') || (a.spec.name < b.spec.name ? -1 : 1));
};

/** Where the agent of the benchmark runs: kept at every size. */
const measured = 'prd-region-se-north-01';

/** Makes the fleet of a clone as large as asked: removes clusters, or adds copies of an edge under other names; derived files follow. */
export const sizeFleet = (fleet: FleetClone, clusters: number): void => {
  const all = clustersOf(fleet);
  const kept = [
    ...all.filter((c) => c.spec.tier === 'hub' || c.spec.name === measured),
    ...all.filter((c) => c.spec.tier !== 'hub' && c.spec.name !== measured),
  ];
  for (const { spec } of kept.slice(clusters)) fleet.remove(`clusters/${spec.name}`);
  const pattern = kept.find(({ spec }) => spec.name === measured);
  if (pattern === undefined) throw new Error(`there is no cluster ${measured}`);
  for (let at = kept.length; at < clusters; at++) {
    const name = `prd-region-se-north-${String(at).padStart(4, '0')}`;
    const spec = { ...pattern.spec, name, trackingAreas: [100_000 + at] };
    fleet.write(`clusters/${name}/cluster.yaml`, stringify({ ...pattern, spec }));
  }
  const { exitCode, stderr } = fleet.run(['generate']);
  if (exitCode !== 0) throw new Error(`generate for ${clusters} clusters: ${stderr}`);
};
