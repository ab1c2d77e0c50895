import type { Latency } from '#rehearse/world.ts';
import type { Draft } from './draft.ts';
import { type Draw, drawsOf } from './draw.ts';
import { runSimulated } from './run-simulated.ts';
import type { Scenario } from './scenario.ts';
import type { Streams } from './streams.ts';
import { twists } from './twists.ts';

const watchedSeconds = 75;
/** Clocks and latencies under which a scenario has to have one and the same course. */
const trials = 24;
const mostRedraws = 40;

const plainDraft = (name: string, draw: Draw): Draft => ({
  name,
  replicas: draw.whole(1, 5),
  steps: Array.from({ length: draw.whole(1, 3) }, (_, at, weight = 20 + at * 25 + draw.whole(0, 15)) => [
    { setWeight: weight },
    { pause: { duration: `${draw.whole(2, 4)}s` } },
  ]).flat(),
  canary: { scaleDownDelaySeconds: 4, abortScaleDownDelaySeconds: 5 },
  isRouted: draw.chance(0.5),
  fields: { revisionHistoryLimit: 5, progressDeadlineSeconds: 60 },
  templates: [],
  readyAfter: { v1: draw.whole(11, 19) / 10, v2: draw.whole(11, 29) / 10, v3: draw.whole(11, 29) / 10 },
  events: [{ at: 0, kind: 'release', template: 'v2' }],
  until: watchedSeconds,
});

/** The delays behind a router mean nothing without one, and the controller's schema takes them only there. */
const finished = (draft: Draft): Scenario => {
  if (draft.isRouted) return draft;
  const { scaleDownDelaySeconds: _, abortScaleDownDelaySeconds: __, ...canary } = draft.canary;
  return { ...draft, canary };
};

/**
 * Scenarios of one seed: each twist once behind a router and once without where it allows both. A course that hangs on which of two things
 * comes first within one second is drawn anew, since no two runs of the controller need agree on it.
 * @throws Error when a twist gives no such course
 */
export const generateScenarios = (seed: number): Scenario[] =>
  Object.entries(twists).map(([name, twist], index) => {
    for (let redraw = 0; redraw < mostRedraws; redraw++) {
      const draw = drawsOf(seed * 1_000_003 + index * 1009 + redraw);
      const draft = plainDraft(name, draw);
      twist(draft, draw);
      const scenario = finished(draft);
      if (hasOneCourse(scenario)) return scenario;
    }
    throw new Error(`${name}: no course that always comes out the same in ${mostRedraws} draws`);
  });

const hasOneCourse = (scenario: Scenario): boolean => {
  const first = sequences(runSimulated(scenario, 0.5));
  for (let trial = 0; trial < trials; trial++) {
    const draw = drawsOf(trial);
    const one = (): number => draw.whole(10, 250) / 1000;
    const latency: Latency = { rollout: one(), analysis: one(), sets: one(), spread: 2 };
    if (sequences(runSimulated(scenario, trial / trials, { latency, seed: trial, podSpread: 0.3 })) !== first) return false;
  }
  return true;
};

const sequences = (streams: Streams): string => JSON.stringify(Object.entries(streams).map(([name, stream]) => [name, stream.map(([, value]) => value)]));
