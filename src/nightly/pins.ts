import { type Ring, rings } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Quarantine } from '#model/quarantine.ts';
import { count } from '#util/count.ts';
import { addDays } from '#util/day.ts';
import { compareText } from '#util/order.ts';
import { compareVersions } from '#util/version.ts';
import { nightlyLimits, type Remark } from './remark.ts';

export interface PinFacts {
  readonly fleet: Fleet;
  /** Names of all releases in Git, by agent. */
  readonly releases: ReadonlyMap<string, readonly string[]>;
  readonly quarantines: ReadonlyMap<string, Quarantine>;
  /** When a file was last changed on main, instant, by path. Releases never change, so that theirs is when they appeared. */
  readonly changedAt: ReadonlyMap<string, string>;
}

/** What one ring runs, beside what it could run. */
export interface PinRow {
  readonly agent: string;
  readonly ring: Ring;
  readonly release: string;
  /** Newer releases that are not in quarantine, oldest first. */
  readonly newer: readonly string[];
  /** Day on which the pin got this release; null when Git does not say. */
  readonly since: string | null;
  /** Day on which the first newer release appeared; null when there is none. */
  readonly behindSince: string | null;
  readonly isQuarantined: boolean;
}

/** Every pin of the fleet, by agent and ring. Pure. */
export const pinRows = (facts: PinFacts): PinRow[] =>
  [...facts.fleet.pins]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([agent, pins]) =>
      rings.flatMap((ring) => {
        const release = pins.get(ring)?.release;
        return release === undefined ? [] : [rowOf(facts, agent, ring, release)];
      }),
    );

const rowOf = ({ releases, quarantines, changedAt }: PinFacts, agent: string, ring: Ring, release: string): PinRow => {
  const barred = new Set((quarantines.get(agent)?.releases ?? []).map((q) => q.release));
  const newer = (releases.get(agent) ?? []).filter((r) => !barred.has(r) && (compareVersions(r, release) ?? 0) > 0).sort((a, b) => compareVersions(a, b) ?? 0);
  const dayIn = (file: string): string | null => changedAt.get(file)?.slice(0, 10) ?? null;
  const first = newer[0];
  return {
    agent,
    ring,
    release,
    newer,
    since: dayIn(pinFile(agent, ring)),
    behindSince: first === undefined ? null : dayIn(`agents/${agent}/releases/${first}/kustomization.yaml`),
    isQuarantined: barred.has(release),
  };
};

const pinFile = (agent: string, ring: Ring): string => `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;

/** What is wrong with pins: one that names a barred release, and one that has stayed behind for longer than any soak takes. */
export const pinRemarks = (rows: readonly PinRow[], day: string): Remark[] => [
  ...rows
    .filter((row) => row.isQuarantined)
    .map(
      (row): Remark => ({
        ...placeOf(row),
        code: 'nightly.pin_quarantined',
        effect: 'deny',
        message: `${row.ring} still runs ${row.release}, which is in quarantine`,
        solution: 'Run `ranfleet promote --plan` and see why no way back was taken; pin a release that the ring verified.',
      }),
    ),
  ...rows
    .filter(({ behindSince }) => behindSince !== null && addDays(behindSince, nightlyLimits.pinLag) < day)
    .map(
      (row): Remark => ({
        ...placeOf(row),
        code: 'nightly.pin_behind',
        effect: 'warn',
        message: `${row.ring} runs ${row.release}, ${count(row.newer.length, 'release')} behind ${row.newer.at(-1)}; the first of them appeared on ${row.behindSince}`,
        solution: 'Run `ranfleet promote --plan` and see what holds the ring.',
      }),
    ),
];

const placeOf = ({ agent, ring }: PinRow) => ({ agent, file: pinFile(agent, ring), line: 1 });
