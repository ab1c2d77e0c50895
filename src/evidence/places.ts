import { evidenceFolder } from '#model/evidence.ts';
import type { Inspected } from './inspect.ts';

/** An inspected record in its place. */
export interface Placed extends Inspected {
  readonly file: string;
}

/** Records of each chain in their order. */
export type Chains = ReadonlyMap<string, readonly Placed[]>;

export type Tell = (file: string, message: string) => void;

/** Path of a record. */
export const recordFile = (chain: string, sequence: number): string => `${evidenceFolder}/${chain}/${String(sequence).padStart(8, '0')}.json`;
