import type { Cluster } from '#model/cluster.ts';
import type { Reason } from '#model/promotion.ts';
import { policy } from '../policy.ts';
import type { RingWorld } from '../world.ts';
import type { Gate } from './gate.ts';

/** Rules 15 and 21: nothing starts on a network that is ill, that can not be reached, or of which nobody knows how it is. */
export const networkGate: Gate = ({ view: { clusters } }, { world }) => clusters.flatMap((cluster) => illnessOf(cluster, world));

const illnessOf = ({ name }: Cluster, { index, clock }: RingWorld): Reason[] => {
  const seen = index.cluster(name);
  if (seen === undefined || clock - Date.parse(seen.at) >= policy.freshness)
    return [{ code: 'network.unknown', text: `${name}: nobody has looked in the last ${policy.freshness / 60_000} minutes` }];
  if (!seen.reachable) return [{ code: 'network.unreachable', text: `${name}: its API server does not answer` }];
  if (seen.criticalAlarms === null || seen.incident === null) return [{ code: 'network.unknown', text: `${name}: its alarms and incidents are not known` }];
  const alarms = seen.criticalAlarms > 0 ? [{ code: 'network.alarm', text: `${name}: ${seen.criticalAlarms} critical alarms are open` }] : [];
  return seen.incident ? [...alarms, { code: 'network.incident', text: `${name}: an incident is open in its area` }] : alarms;
};
