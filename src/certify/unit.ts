import type { Fleet } from '#model/fleet.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest, Snapshot } from '#model/ports.ts';
import type { SchemaSet } from '#model/schema.ts';
import { objectId } from '#util/manifest.ts';

/** One revision: its files and the facts in them. */
export interface CertifySide {
  readonly snapshot: Snapshot;
  readonly fleet: Fleet;
}

/** An Application that syncs the unit to one cluster, and the root in which it is declared. */
export interface PlacedApplication {
  readonly root: string;
  readonly object: Manifest;
}

/** One unit that a change reaches, rendered on both sides. */
export interface CertifiedUnit {
  readonly root: Root;
  /** Null when the unit is new, or gone. */
  readonly base: readonly Manifest[] | null;
  readonly head: readonly Manifest[] | null;
  /** Clusters that run it. */
  readonly clusters: readonly string[];
  /** Of these, those that only the head has. */
  readonly newClusters: readonly string[];
  /** Applications of all these clusters, on each side. */
  readonly applications: { readonly base: readonly PlacedApplication[]; readonly head: readonly PlacedApplication[] };
  /** What the head renders with nothing but the pin of the base; undefined where no pin moves or a pin can not be put back alone. */
  readonly reverted?: readonly Manifest[] | undefined;
}

/** Everything that the hazards are judged by. */
export interface World {
  readonly base: CertifySide;
  readonly head: CertifySide;
  readonly schemas: SchemaSet;
  /** All units of the change: one may tighten what another must pass. */
  readonly units: readonly CertifiedUnit[];
}

/** A unit that stands on both sides. */
export interface ChangedUnit extends CertifiedUnit {
  readonly base: readonly Manifest[];
  readonly head: readonly Manifest[];
}

/** One way between the two sides: what is applied over what runs. */
export interface Transition {
  readonly direction: 'forward' | 'back';
  readonly from: readonly Manifest[];
  readonly fromSide: 'base' | 'head';
  readonly to: readonly Manifest[];
  readonly toSide: 'base' | 'head';
}

export const transitionsOf = ({ base, head }: ChangedUnit): readonly [Transition, Transition] => [
  { direction: 'forward', from: base, fromSide: 'base', to: head, toSide: 'head' },
  { direction: 'back', from: head, fromSide: 'head', to: base, toSide: 'base' },
];

export const byId = (objects: readonly Manifest[]): ReadonlyMap<string, Manifest> => new Map(objects.map((o) => [objectId(o), o]));

/** Whether two plain values are the same; keys are sorted by kustomize, so that their order says nothing. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Objects that stand on both sides, as pairs. */
export const pairsOf = ({ base, head }: ChangedUnit): { readonly id: string; readonly before: Manifest; readonly after: Manifest }[] => {
  const after = byId(head);
  return base.flatMap((before) => {
    const id = objectId(before);
    const found = after.get(id);
    return found ? [{ id, before, after: found }] : [];
  });
};
