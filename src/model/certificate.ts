import type { JsonPath, Root } from './policy.ts';

/** `forward` is the change applied, `back` its revert. */
export type Direction = 'forward' | 'back' | 'both';

/** `unproven` blocks like `unsafe`: the tree does not hold what would prove either. */
type HazardVerdict = 'safe' | 'unsafe' | 'unproven' | 'not-applicable';

/** What is known about one hazard of one unit, in one direction. */
export interface HazardResult {
  /** `R1` to `R16`: section 5 of the rollout reference. */
  readonly hazard: string;
  readonly direction: Direction;
  readonly verdict: HazardVerdict;
  /** One sentence: what proves it, or what is missing. */
  readonly proof: string;
  /** Rendered object that the result is about, on which side it stands, and where inside. */
  readonly subject?: string;
  readonly side?: 'base' | 'head';
  readonly path?: JsonPath;
  /** Root of the object, where it is not the unit's own. */
  readonly root?: string;
  /**
   * `debt`: the base has it by itself, whatever the change does; it does not block. `own`: the head has it by itself, and the rules about
   * schemas, images and pods tell it; the gate does not tell it twice.
   */
  readonly standing?: 'debt' | 'own';
  /** The source line that set the value. */
  readonly file?: string;
  readonly line?: number;
}

/** The hazards of one unit: what one Application syncs for an agent or a platform component. */
export interface UnitCertificate {
  /** Path of the unit's root. */
  readonly unit: string;
  readonly root: Root;
  readonly change: 'added' | 'removed' | 'changed';
  readonly clusters: readonly string[];
  readonly results: readonly HazardResult[];
}

/** Whether a change can be taken back: every hazard of every unit that it changes. No units: nothing that runs changes. */
export interface Certificate {
  readonly units: readonly UnitCertificate[];
}

/** A certificate in numbers, as the report of the gate holds it. */
export interface CertificateCounts {
  readonly units: number;
  readonly safe: number;
  readonly unsafe: number;
  readonly unproven: number;
  readonly notApplicable: number;
}
