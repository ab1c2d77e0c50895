import type { JoinMove } from '#model/promotion.ts';
import { compareText } from '#util/order.ts';
import type { RingWorld } from './world.ts';

/** Clusters that joined a ring before it had verified its release, and may take that release now: with its canary, since they run another. */
export const joinsDue = (world: RingWorld): JoinMove[] =>
  [...world.fleet.clusters.values()]
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap(({ name: cluster, wave: ring, joining = [] }) =>
      joining.flatMap(({ agent, release: from }): JoinMove[] => {
        const to = world.fleet.pins.get(agent)?.get(ring)?.release;
        const last = world.factsOf(agent, ring).findLast(({ release }) => release === to);
        return to === undefined || last?.outcome !== 'verified' || world.isQuarantined(agent, to) ? [] : [{ cluster, agent, ring, from, to }];
      }),
    );
