import { kubernetesOf } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Root } from '#model/policy.ts';
import { uniqueSorted } from '#util/order.ts';
import type { Examination } from './examine.ts';

/** Versions of Kubernetes that a root's clusters run: all of the fleet's for a root that no cluster is known to use. */
export const versionsIn = (fleet: Fleet, reach: Examination['reach']): ((root: Root) => readonly string[]) => {
  const all = uniqueSorted([...fleet.clusters.values()].map(kubernetesOf));
  if (all.length < 2) return () => all;
  return (root) => {
    const { clusters } = reach({ root, kind: 'changed', objects: [] });
    const versions = clusters.flatMap((name) => fleet.clusters.get(name) ?? []).map(kubernetesOf);
    return versions.length === 0 ? all : uniqueSorted(versions);
  };
};
