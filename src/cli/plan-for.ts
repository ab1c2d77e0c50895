import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { changeTimes } from '#adapters/change-times.ts';
import { commitSnapshot, repositoryRoot, resolveCommit } from '#adapters/git.ts';
import { readRingRecords } from '#evidence/ring-records.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { GateError } from '#model/errors.ts';
import { instantSchema, type Observations, type RingRecords } from '#model/observation.ts';
import type { Snapshot } from '#model/ports.ts';
import { readPromotionFacts } from '#ring/read-git.ts';
import { noObservations, readObservations } from '#ring/read-observations.ts';
import type { PlanInput } from '#ring/world.ts';

export interface PlanOptions {
  readonly head?: string;
  readonly observations?: string;
  readonly at?: string;
  /** Keys that are trusted instead of those of the revision itself. */
  readonly keys?: string;
}

export interface PlanGround extends PlanInput {
  readonly repository: string;
  readonly snapshot: Snapshot;
  readonly records: RingRecords;
  /** What the reader should know about the ground of the plan. */
  readonly notes: readonly string[];
}

/**
 * Everything that a plan rests on, from one revision and one log.
 * @throws GateError for facts, records or a log that can not be read: a plan on half of them would not be one
 */
export const groundOf = (directory: string, options: PlanOptions): PlanGround => {
  const repository = repositoryRoot(directory);
  const commit = resolveCommit(repository, options.head ?? 'HEAD');
  if (commit === undefined) throw new GateError('GATE_NO_REVISION', 'usage', `there is no revision ${options.head}`, { hint: 'Name a branch, tag or commit.' });
  const snapshot = commitSnapshot(repository, commit);
  const log = options.observations === undefined ? undefined : logIn(directory, options.observations);
  const records = recordsIn(snapshot, directory, options.keys);
  return {
    repository,
    snapshot,
    revision: commit,
    at: options.at === undefined ? new Date().toISOString() : instantIn(options.at, '--at'),
    fleet: readFleet(snapshot),
    ...readPromotionFacts(snapshot),
    pinnedAt: pinTimes(repository, commit),
    facts: records.facts,
    records,
    observations: log?.observations ?? noObservations,
    notes: [
      ...(log === undefined ? ['No observations were given: nothing is known of any cluster, so nothing is verified and nothing moves.'] : []),
      ...(log?.isCut === true ? [`The last line of ${options.observations} has no end and was left out.`] : []),
      ...(records.recorded.size > 0 ? [] : ['There is no evidence: no ring has verified anything.']),
    ],
  };
};

/** @throws GateError GATE_USAGE */
export const instantIn = (given: string, option: string): string => {
  const time = new Date(String(given));
  const text = Number.isNaN(time.getTime()) ? '' : time.toISOString();
  if (instantSchema.safeParse(text).success && /[Zz]|[+-]\d\d:\d\d$/.test(String(given))) return text;
  throw new GateError('GATE_USAGE', 'usage', `${option} ${given} is no instant`, { hint: 'Give RFC 3339 with its offset, like 2027-01-31T09:30:00Z.' });
};

const logIn = (directory: string, file: string) => {
  try {
    return readObservations(file, readFileSync(path.resolve(directory, file), 'utf8'));
  } catch (cause) {
    if (cause instanceof GateError || (cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new GateError('GATE_USAGE', 'usage', `${file} can not be read`, { hint: '`ranfleet observe --out <file>` writes one.', cause });
  }
};

/** What a log holds; of one that is not there yet, where that may be, nothing. */
export const readLog = (directory: string, file: string, { mayMiss }: { readonly mayMiss: boolean }): Observations | undefined =>
  mayMiss && !existsSync(path.resolve(directory, file)) ? undefined : logIn(directory, file).observations;

/** When each pin got what it says, by `<agent>/<ring>`. */
const pinTimes = (repository: string, commit: string): Map<string, string> =>
  new Map(
    [...changeTimes(repository, commit, 'agents/*/rings/*/pin/kustomization.yaml')].map(([file, at]) => [
      file
        .split('/')
        .filter((_, i) => i === 1 || i === 3)
        .join('/'),
      at,
    ]),
  );

const recordsIn = (snapshot: Snapshot, directory: string, keys: string | undefined): RingRecords =>
  readRingRecords(snapshot, keys === undefined ? undefined : { file: keys, text: readFileSync(path.resolve(directory, keys), 'utf8') });
