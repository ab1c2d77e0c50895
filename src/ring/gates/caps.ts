import { type Ring, rings } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import { capOf } from '../policy.ts';
import type { Gate } from './gate.ts';

/** Rule 9: with this ring no more than a share of production's cells has the release. */
export const capGate: Gate = ({ view: { ring } }, { world: { fleet } }) => {
  const share = cellShare(fleet, ring);
  const cap = capOf(ring);
  if (cap === 0 || share <= cap) return [];
  return [{ code: 'caps.exceeded', text: `up to ${ring} the rings hold ${percent(share)} of the cells of production, ${percent(cap)} are allowed` }];
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const cellShare = (fleet: Fleet, ring: Ring): number => {
  const production = [...fleet.clusters.values()].filter(({ env }) => env === 'production');
  const last = rings.indexOf(ring);
  const sum = (clusters: typeof production): number => clusters.reduce((cells, c) => cells + c.cells, 0);
  return sum(production.filter(({ wave }) => rings.indexOf(wave) <= last)) / Math.max(1, sum(production));
};
