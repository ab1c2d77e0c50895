import type { Ring } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Snapshot } from '#model/ports.ts';
import { agentFiles } from './generate-agents.ts';
import { clusterFiles } from './generate-clusters.ts';
import { configFiles } from './generate-config.ts';
import { ringFiles } from './generate-rings.ts';

/** Paths whose whole content the engine owns: a file there that is not generated is stale. */
const owned = [
  /^agents\/[^/]+\/rings\/[^/]+\/(hub|region|edge)\/kustomization\.yaml$/,
  /^clusters\/[^/_][^/]*\/(kustomization\.yaml|facts\/.*)$/,
  /^clusters\/_rings\/[^/]+\/(hub|region|edge)\/.*$/,
  /^clusters\/_hubs\/.*$/,
  /^kustomization\.yaml$/,
  /^docs\/policies\/.*$/,
];

export interface GeneratedDifference {
  readonly path: string;
  readonly problem: 'missing' | 'different' | 'stale';
}

/** All generated files of the fleet, by path. Pure: the same facts give the same bytes. */
export const generatedFiles = (fleet: Fleet, snapshot: Snapshot): Map<string, string> => {
  const ringsOf = (agent: string): Ring[] => [...(fleet.pins.get(agent)?.keys() ?? [])];
  return new Map([...configFiles(fleet, snapshot), ...agentFiles(fleet, ringsOf), ...ringFiles(fleet), ...clusterFiles(fleet)]);
};

/** What regenerating would change. Empty when the repository is up to date. */
export const compareGenerated = (files: ReadonlyMap<string, string>, snapshot: Snapshot): GeneratedDifference[] => {
  const differences: GeneratedDifference[] = [];
  snapshot.prefetch([...files.keys()].filter((p) => snapshot.files.has(p)));
  for (const [path, content] of files) {
    if (!snapshot.files.has(path)) differences.push({ path, problem: 'missing' });
    else if (snapshot.read(path).toString() !== content) differences.push({ path, problem: 'different' });
  }
  for (const path of snapshot.files.keys()) {
    if (owned.some((re) => re.test(path)) && !files.has(path)) differences.push({ path, problem: 'stale' });
  }
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1));
};
