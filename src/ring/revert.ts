import { type Ring, rings } from '#model/cluster.ts';
import type { PinMove, Reason, RevertMove } from '#model/promotion.ts';
import { compareText } from '#util/order.ts';
import { policy } from './policy.ts';
import type { RingView } from './ring-view.ts';
import { newestVerified } from './standing.ts';
import { instant, type RingWorld } from './world.ts';

/** The release that a ring goes back to: the last one that it verified, that stands in Git and is not barred. Never a guess. */
export const lastVerified = (agent: string, ring: Ring, bad: string, world: RingWorld): string | undefined => {
  const inGit = new Set(world.releases.get(agent) ?? []);
  return newestVerified(world.factsOf(agent, ring), (release) => release !== bad && inGit.has(release) && !world.isQuarantined(agent, release));
};

/** Every way back that is due: one for each agent and release, led by the first ring that fails. */
export const revertsOf = (views: readonly RingView[], world: RingWorld): RevertMove[] => {
  const failed = views.filter(({ state }) => state === 'failed').sort((a, b) => rings.indexOf(a.ring) - rings.indexOf(b.ring));
  const leading = [...new Map([...failed].reverse().map((view) => [`${view.agent} ${view.release}`, view])).values()];
  return paced(
    leading.flatMap((view) => revertOf(view, views, world) ?? []),
    world,
  );
};

/** The failing ring and those after it that have the bad release; one without a verified release stays, and its decision says so. */
const revertOf = (view: RingView, views: readonly RingView[], world: RingWorld): RevertMove | undefined => {
  const { agent, release, ring, reasons } = view;
  const from = rings.indexOf(ring);
  const moves = views
    .filter((v) => v.agent === agent && v.release === release && rings.indexOf(v.ring) >= from)
    .flatMap((v): PinMove[] => {
      const to = lastVerified(agent, v.ring, release, world);
      return to === undefined ? [] : [{ agent, ring: v.ring, from: release, to }];
    });
  if (moves.length === 0) return undefined;
  return { kind: 'revert', agent, release, ring, moves, reasons, step: stepOf(agent, world), notBefore: world.at };
};

/** Rule 29: what writes to the network goes back first, then what advises, then what reads. Their parameters are the keeper's to restore. */
const stepOf = (agent: string, world: RingWorld): number => ({ W: 0, A: 1, R: 2 })[world.agent(agent).tier];

/**
 * Rule 30: the undoing of writes is paced. Ways back of agents that write, whose clusters share a tracking area, come one after another at
 * so many cells a minute, those that the records show counted in.
 */
const paced = (reverts: readonly RevertMove[], world: RingWorld): RevertMove[] => {
  const freeAt = lastUndone(world);
  const ordered = [...reverts].sort((a, b) => a.step - b.step || compareText(a.agent, b.agent) || compareText(a.release, b.release));
  return ordered.map((revert) => {
    if (world.agent(revert.agent).tier !== 'W') return revert;
    const cells = cellsByArea(
      revert.agent,
      revert.moves.map((move) => move.ring),
      world,
    );
    const start = Math.max(world.clock, ...[...cells.keys()].map((area) => freeAt.get(area) ?? 0));
    for (const [area, count] of cells) freeAt.set(area, start + minutesOf(count));
    return { ...revert, notBefore: instant(start) };
  });
};

const minutesOf = (cells: number): number => Math.ceil(cells / policy.cellsPerMinute) * 60_000;

/** When each tracking area has taken in the ways back that are on record, milliseconds since 1970. */
const lastUndone = (world: RingWorld): Map<number, number> => {
  const freeAt = new Map<number, number>();
  for (const { agent, ring, outcome, at } of world.facts) {
    if (outcome !== 'reverted' || world.fleet.agents.get(agent)?.tier !== 'W') continue;
    for (const [area, cells] of cellsByArea(agent, [ring as Ring], world)) freeAt.set(area, Math.max(freeAt.get(area) ?? 0, Date.parse(at) + minutesOf(cells)));
  }
  return freeAt;
};

const cellsByArea = (agent: string, of: readonly Ring[], world: RingWorld): Map<number, number> => {
  const cells = new Map<number, number>();
  for (const cluster of of.flatMap((ring) => world.clustersOf(agent, ring)))
    for (const area of cluster.trackingAreas) cells.set(area, (cells.get(area) ?? 0) + cluster.cells / cluster.trackingAreas.length);
  return cells;
};

/** Why a failed ring does not go back. */
export const noTarget = (view: RingView): Reason => ({
  code: 'revert.no_target',
  text: `${view.ring} has verified no other release that stands in Git: a person decides`,
});
