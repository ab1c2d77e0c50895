import type { Direction, HazardResult } from '#model/certificate.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { objectId } from '#util/manifest.ts';

export type Result = Omit<HazardResult, 'hazard'>;

/** A place inside a rendered object. */
interface Place {
  readonly side: 'base' | 'head';
  readonly object: Manifest;
  readonly path: JsonPath;
  /** Where the object is declared, when not in the unit itself. */
  readonly root?: string;
}

const at = ({ side, object, path, root }: Place) => ({ subject: objectId(object), side, path, ...(root === undefined ? {} : { root }) });

export const safe = (direction: Direction, proof: string): Result => ({ direction, verdict: 'safe', proof });

export const notApplicable = (proof: string): Result => ({ direction: 'both', verdict: 'not-applicable', proof });

export const unsafe = (direction: Direction, place: Place, proof: string): Result => ({ direction, verdict: 'unsafe', proof, ...at(place) });

export const unproven = (direction: Direction, proof: string, place?: Place): Result => ({
  direction,
  verdict: 'unproven',
  proof,
  ...(place ? at(place) : {}),
});

/** Something that is wrong with the facts: the subject is a file, or a ring. */
export const factsProblem = (direction: Direction, verdict: 'unsafe' | 'unproven', subject: string, proof: string): Result => ({
  direction,
  verdict,
  proof,
  ...(subject === '' ? {} : { subject }),
});

/** The problems, or one sentence that says why there are none. */
export const orSafe = (problems: readonly Result[], direction: Direction, proof: string): readonly Result[] =>
  problems.length > 0 ? problems : [safe(direction, proof)];
