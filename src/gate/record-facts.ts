import { readRingRecords } from '#evidence/ring-records.ts';
import { isGateError } from '#model/errors.ts';
import type { RingRecords } from '#model/observation.ts';
import type { PastFiles } from '#model/ports.ts';
import type { JoiningEntry, MovedPin, RecordFacts } from '#model/record-facts.ts';
import { readPin } from '#promotion/pin-file.ts';
import type { RenderTools } from '#render/render.ts';
import { birthsOf, joiningEntries, type PastAt } from '#ring/facts/births.ts';
import type { RecordGround, ReleaseSide } from '#ring/facts/ground.ts';
import { movedPins, type UnrenderedPin } from '#ring/facts/pins.ts';
import { lostEntries } from '#ring/facts/quarantine.ts';
import { readPromotionFacts } from '#ring/read-git.ts';
import type { Examination } from './examine.ts';
import { releaseDigest } from './release-digest.ts';

export interface RecordTools {
  readonly render: RenderTools;
  /** Files of the history that the base rests on. */
  readonly past: PastFiles;
}

type Digest = (agent: string, release: string) => Promise<string>;

const noRecords: RingRecords = { facts: [], recorded: new Set() };

/**
 * What the records of the base and the quarantines of both sides say of what a change moves; null when the facts of the base can not be read.
 * @throws GateError GATE_MALFORMED for a quarantine, a stop or a break-glass of the head that can not be read
 */
export const recordFacts = async (examined: Examination, { render, past }: RecordTools): Promise<RecordFacts | null> => {
  const { request, fleet, baseFleet } = examined;
  const head: ReleaseSide = { fleet, ...readPromotionFacts(request.head) };
  if (baseFleet === null) return null;
  const { base } = request;
  const told = attempt(() => base && baseFleet && { fleet: baseFleet, ...readPromotionFacts(base) });
  // What can not be read of the base counts as what the head says, and `unread` keeps every rule from resting on it.
  const unrecorded: RecordGround = { base: told.value ?? (baseFleet && { ...head, fleet: baseFleet }), head, records: noRecords };
  const pastAt = pastIn(past);
  // Verifying all records takes seconds once there are many: only where something moves that they say something of.
  const isAsked = [movedPins(unrecorded), birthsOf(unrecorded), joiningEntries(unrecorded, () => null)].some((found) => found.length > 0);
  const read = isAsked ? attempt(() => readRingRecords(base ?? request.head)) : { value: noRecords, problem: null };
  const ground = { ...unrecorded, records: read.value ?? noRecords };
  const uncounted = { ...render, counters: { rendered: 0, fromCache: 0 } };
  const digest: Digest = (agent, release) => releaseDigest(agent, release, { snapshot: request.head, graph: examined.scope.headGraph }, uncounted);
  return {
    unread: told.problem ?? read.problem,
    pins: await Promise.all(movedPins(ground).map((pin) => rendered(pin, digest))),
    births: birthsOf(ground),
    joining: joiningEntries(ground, pastAt),
    lost: lostEntries(ground),
  };
};

const attempt = <T>(read: () => T): { readonly value?: T; readonly problem: string | null } => {
  try {
    return { value: read(), problem: null };
  } catch (error) {
    if (!isGateError(error)) throw error;
    return { problem: error.message };
  }
};

const rendered = async ({ verifiedBy, ...pin }: UnrenderedPin, digest: Digest): Promise<MovedPin> => ({
  ...pin,
  render: verifiedBy === undefined ? null : { verifiedIn: verifiedBy.ring, verified: verifiedBy.renderSha256, now: await digest(pin.agent, pin.to) },
});

const pastIn =
  ({ textAt }: PastFiles): PastAt =>
  ({ wave, tier }, { agent, commit }): JoiningEntry['past'] => {
    const file = `agents/${agent}/rings/${wave}/pin/kustomization.yaml`;
    const text = textAt(commit, file);
    if (text === undefined) return null;
    return {
      release: text === null ? null : releaseIn(text, file),
      unit: typeof textAt(commit, `agents/${agent}/rings/${wave}/${tier}/kustomization.yaml`) === 'string',
    };
  };

const releaseIn = (text: string, file: string): string | null => {
  try {
    return readPin(text, file).release;
  } catch (error) {
    if (!isGateError(error)) throw error;
    return null;
  }
};
