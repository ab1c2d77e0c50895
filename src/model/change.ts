import type { JsonPath, Root } from './policy.ts';
import type { Manifest } from './ports.ts';

export type ChangeKind = 'added' | 'removed' | 'changed';

/** One value that differs between base and head. */
export interface ValueChange {
  readonly kind: ChangeKind;
  /** Path in the head object; in the base object for a removed value. */
  readonly path: JsonPath;
  /** The path for people, list items named by their key: `containers[name=agent].image`. */
  readonly at: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface ObjectChange {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly values: readonly ValueChange[];
  readonly before?: Manifest;
  readonly after?: Manifest;
}

export interface RootChange {
  readonly root: Root;
  readonly kind: ChangeKind;
  readonly objects: readonly ObjectChange[];
}

/** The same change in many roots, told once. */
export interface ChangeGroup {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly values: readonly ValueChange[];
  /** Every object that changed so; `<cluster>` stands for the name of its cluster. */
  readonly objects: readonly string[];
  readonly roots: readonly string[];
  readonly clusters: readonly string[];
  readonly waves: readonly string[];
}

/** Everything that a change reaches. */
export interface BlastRadius {
  readonly clusters: readonly string[];
  readonly waves: readonly string[];
  readonly environments: readonly string[];
  readonly countries: readonly string[];
  readonly vendors: readonly string[];
  readonly agents: readonly string[];
  readonly components: readonly string[];
  readonly cells: number;
  /** Share of all production cells, percent. */
  readonly productionShare: number;
}
