import type { Root } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { kustomizationNames } from './kustomization.ts';

const names = kustomizationNames.map((n) => n.replace('.', '\\.')).join('|');
const agentRoot = new RegExp(`^(agents/([^/_][^/]*)/rings/([^/]+)/(hub|region|edge))/(?:${names})$`);
const clusterRoot = new RegExp(`^(clusters/([^/_][^/]*))/(?:${names})$`);
const factsRoot = new RegExp(`^(clusters/([^/_][^/]*)/facts)/(?:${names})$`);
const componentRoot = new RegExp(`^(apps/([^/_][^/]*)/config/[^/]+/resources)/(?:${names})$`);
const hubRoot = new RegExp(`^(clusters/_hubs/[^/]+)/(?:${names})$`);
const topRoot = new RegExp(`^(?:${names})$`);

/** Everything that Argo CD or a person builds, in path order. */
export const rootsOf = (snapshot: Snapshot): Root[] => {
  const roots = new Map<string, Root>();
  for (const file of snapshot.files.keys()) {
    const root = rootOf(file);
    if (root) roots.set(root.path, root);
  }
  return [...roots.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
};

const part = (match: RegExpExecArray, index: number): string => match[index] ?? '';

/** Each kind of root: the shape of its path, and what the path says about it. */
const shapes: readonly (readonly [RegExp, (match: RegExpExecArray) => Root])[] = [
  [agentRoot, (m) => ({ path: part(m, 1), kind: 'agent', agent: part(m, 2), ring: part(m, 3), tier: part(m, 4) })],
  [clusterRoot, (m) => ({ path: part(m, 1), kind: 'cluster', cluster: part(m, 2) })],
  [factsRoot, (m) => ({ path: part(m, 1), kind: 'facts', cluster: part(m, 2) })],
  [componentRoot, (m) => ({ path: part(m, 1), kind: 'component', component: part(m, 2) })],
  [hubRoot, (m) => ({ path: part(m, 1), kind: 'bootstrap' })],
  [topRoot, () => ({ path: '.', kind: 'bootstrap' })],
];

const isKustomization = new RegExp(`(^|/)(?:${names})$`);

const rootOf = (file: string): Root | undefined => {
  if (!isKustomization.test(file)) return undefined;
  for (const [shape, read] of shapes) {
    const match = shape.exec(file);
    if (match) return read(match);
  }
  return undefined;
};
