import { rings } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import type { PromotionInput } from '#model/policy.ts';
import { compareVersions } from '#util/version.ts';

/** Pins that a change moves, and what of the order of promotion they leave out. Pure. */
export const promotionsOf = (base: Fleet, head: Fleet): PromotionInput[] =>
  [...head.pins].flatMap(([agent, pins]) =>
    [...pins].flatMap(([ring, { release: to }]): PromotionInput[] => {
      const from = base.pins.get(agent)?.get(ring)?.release;
      if (from === undefined || from === to) return [];
      const order = compareVersions(to, from);
      const earlier = rings.slice(0, rings.indexOf(ring)).filter((r) => pins.has(r));
      return [
        {
          agent,
          ring,
          from,
          to,
          direction: order === undefined ? 'unknown' : order < 0 ? 'down' : 'up',
          // The rings before this one that run something older than what it gets.
          skipped: earlier.filter((r) => (compareVersions(pins.get(r)?.release ?? '', to) ?? 0) < 0),
        },
      ];
    }),
  );
