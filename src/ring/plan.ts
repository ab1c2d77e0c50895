import { type Ring, rings } from '#model/cluster.ts';
import type { Decision, Plan, PromotionMove, Reason } from '#model/promotion.ts';
import { compareText } from '#util/order.ts';
import type { Candidate } from './candidate.ts';
import { decideCandidate, decideWithoutGates } from './decide.ts';
import { joinsDue } from './joining.ts';
import { revertsOf } from './revert.ts';
import { type RingView, viewRing } from './ring-view.ts';
import { type PlanInput, type RingWorld, worldOf } from './world.ts';

/**
 * What is due in every ring of every agent. Pure: the same facts, records, observations and clock give the same plan, in whatever order
 * they come.
 */
export const planOf = (input: PlanInput): Plan => {
  const world = worldOf(input);
  const views = viewsOf(world);
  const stopped = stopOf(views, world);
  const { decisions, candidates } = firstPass(views, world);
  const { decided, promotions } = letThrough(candidates, views, world, stopped);
  return {
    at: input.at,
    revision: input.revision,
    simulated: input.observations.simulated,
    decisions: [...decisions, ...decided].sort(byPlace),
    promotions: [...promotions].sort(byPlace),
    reverts: revertsOf(views, world),
    joins: stopped === null ? joinsDue(world) : [],
    stopped,
  };
};

/** Agents by name, rings in their order. */
const viewsOf = (world: RingWorld): RingView[] =>
  [...world.fleet.pins.keys()]
    .sort()
    .flatMap((agent) => rings.filter((ring) => world.fleet.pins.get(agent)?.has(ring)).map((ring) => viewRing(agent, ring, world)));

const stopOf = (views: readonly RingView[], { stop }: RingWorld): Reason | null => {
  if (stop !== undefined) return { code: 'stop.the_line', text: `${stop.reason} (${stop.owner}, since ${stop.since})` };
  const twice = views.find(({ failedTwice }) => failedTwice);
  return twice === undefined
    ? null
    : { code: 'stop.second_failure', text: `${twice.agent} failed in ${twice.ring} on the release that a revert had brought back` };
};

const firstPass = (views: readonly RingView[], world: RingWorld) => {
  const decisions: Decision[] = [];
  const candidates: Candidate[] = [];
  let before: RingView[] = [];
  for (const view of views) {
    if (before[0]?.agent !== view.agent) before = [];
    const found = decideWithoutGates(view, before, world);
    if ('view' in found) candidates.push(found);
    else decisions.push(found);
    before.push(view);
  }
  return { decisions, candidates };
};

/** Candidates in the order in which the ring before verified them; each that goes counts as moving for those after it. */
const letThrough = (candidates: readonly Candidate[], views: readonly RingView[], world: RingWorld, stopped: Reason | null) => {
  const decided: Decision[] = [];
  const promotions: PromotionMove[] = [];
  const now = new Map(views.map((view) => [`${view.agent}/${view.ring}`, view]));
  const inTurn = [...candidates].sort((a, b) => compareText(a.since, b.since) || byPlace(a.view, b.view));
  for (const candidate of inTurn) {
    const { decision, promotion } = decideCandidate(candidate, { world, views: [...now.values()] }, stopped);
    decided.push(decision);
    if (promotion === undefined) continue;
    promotions.push(promotion);
    if (promotion.ready) now.set(`${candidate.view.agent}/${candidate.view.ring}`, { ...candidate.view, state: 'syncing' });
  }
  return { decided, promotions };
};

const byPlace = (a: { readonly agent: string; readonly ring: Ring }, b: { readonly agent: string; readonly ring: Ring }): number =>
  compareText(a.agent, b.agent) || rings.indexOf(a.ring) - rings.indexOf(b.ring);
