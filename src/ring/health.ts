import type { AgentSample } from '#model/observation.ts';
import type { Reason } from '#model/promotion.ts';
import { policy } from './policy.ts';

/** A stretch of time, milliseconds since 1970, without its end. */
export interface Spell {
  readonly from: number;
  readonly to: number;
}

const bad = new Set(['Failed', 'Error', 'Inconclusive']);

/** The cluster was seen to run the release, with the pin and in health. Anything unknown is not. */
const isGood = (sample: AgentSample, release: string): boolean =>
  sample.sync === 'Synced' &&
  sample.hasPin &&
  sample.health === 'Healthy' &&
  sample.release === release &&
  sample.aborted === null &&
  !(sample.analysis !== null && bad.has(sample.analysis));

const isKnown = (sample: AgentSample): boolean => sample.sync !== 'Unknown' && sample.health !== 'Unknown';

const timeOf = ({ at }: AgentSample): number => Date.parse(at);

const startOf = ({ since, at }: AgentSample): number => Date.parse(since ?? at);

/** A look, or one of the two ends of a run of looks; nobody was silent between those. */
interface Look {
  readonly sample: AgentSample;
  readonly at: number;
  readonly isJoined: boolean;
}

const looksOf = (samples: readonly AgentSample[]): Look[] =>
  samples.flatMap((sample): Look[] => {
    const end = { sample, at: timeOf(sample), isJoined: sample.since !== undefined };
    return sample.since === undefined ? [end] : [{ sample, at: startOf(sample), isJoined: false }, end];
  });

/**
 * When a cluster ran a release: from the second of two looks that agree and are a minute apart (kargo#2196: health right after a sync is
 * not to be trusted), until a look that does not agree, or until nobody has looked for too long.
 */
export const goodSpells = (samples: readonly AgentSample[], release: string): Spell[] => {
  const spells: Spell[] = [];
  let first: number | undefined;
  let confirmed: number | undefined;
  let last = 0;
  const end = (to: number): void => {
    if (confirmed !== undefined) spells.push({ from: confirmed, to });
    first = confirmed = undefined;
  };
  for (const { sample, at, isJoined } of looksOf(samples)) {
    if (first !== undefined && !isJoined && at - last >= policy.freshness) end(last + policy.freshness);
    if (!isGood(sample, release)) {
      end(at);
      continue;
    }
    first ??= at;
    // Within a run nobody knows the look that confirmed it, only that there was one before anybody would have been silent.
    if (at - first >= policy.confirm) confirmed ??= isJoined ? Math.min(at, first + policy.freshness) : at;
    last = at;
  }
  end(last + policy.freshness);
  return spells;
};

/** When a cluster said anything at all. */
export const seenSpells = (samples: readonly AgentSample[]): Spell[] => {
  const spells: { from: number; to: number }[] = [];
  for (const { sample, at, isJoined } of looksOf(samples)) {
    const last = spells.at(-1);
    if (last !== undefined && last.to > at) last.to = at;
    if (!isKnown(sample)) continue;
    if (last !== undefined && (isJoined || last.to === at)) last.to = at + policy.freshness;
    else spells.push({ from: at, to: at + policy.freshness });
  }
  return spells;
};

export interface Suspect {
  readonly release: string;
  /** When the pin came, milliseconds since 1970; what was seen before says nothing of it. */
  readonly pinnedAt: number | undefined;
  /** The ring has verified the release: what was seen last counts, and not what once went wrong. */
  readonly isVerified: boolean;
}

/**
 * Why a cluster fails with the release, or undefined. An abort or a failed analysis on the way counts for as long as the pin stands: the
 * controller may start anew by itself (argo-rollouts#2929), and that takes nothing back.
 */
export const failureOf = (all: readonly AgentSample[], { release, pinnedAt = 0, isVerified }: Suspect, clock: number): Reason | undefined => {
  const samples = all.filter((sample) => timeOf(sample) >= pinnedAt);
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const counting = isVerified ? [last] : samples;
  const aborted = counting.findLast((s) => s.aborted === release);
  if (aborted) return { code: 'failure.aborted', text: `${aborted.cluster}: Argo Rollouts aborted ${release}${said(aborted)}` };
  const failed = counting.findLast((s) => s.analysis === 'Failed' && s.hasPin);
  if (failed) return { code: 'failure.analysis', text: `${failed.cluster}: an analysis of ${release} failed${said(failed)}` };
  if (hasLasted(samples, pinnedAt, (s) => s.health === 'Degraded' && s.hasPin && s.sync === 'Synced' && (s.release === release || s.release === null)))
    return { code: 'failure.degraded', text: `${last.cluster}: degraded with ${release}${said(last)}` };
  const isLate = pinnedAt > 0 && clock - pinnedAt > policy.sync && clock - timeOf(last) < policy.freshness;
  if (isLate && hasLasted(samples, pinnedAt, (s) => s.sync === 'OutOfSync' || (s.sync !== 'Unknown' && !s.hasPin)))
    return { code: 'failure.unsynced', text: `${last.cluster}: the pin is not synced after ${policy.sync / 60_000} minutes${said(last)}` };
  return undefined;
};

const said = ({ message }: AgentSample): string => (message === undefined ? '' : ` (${message})`);

/** The last looks agree, over at least a minute. */
const hasLasted = (samples: readonly AgentSample[], from: number, holds: (sample: AgentSample) => boolean): boolean => {
  const end = samples.at(-1);
  for (let i = samples.length - 1; end !== undefined && i >= 0; i--) {
    const sample = samples[i] as AgentSample;
    if (!holds(sample)) return false;
    if (timeOf(end) - Math.max(from, startOf(sample)) >= policy.confirm) return true;
  }
  return false;
};
