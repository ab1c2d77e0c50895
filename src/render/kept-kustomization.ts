import type { Kustomization, Reference } from './kustomization.ts';

/** A kustomization without faults as it is kept between runs: all but its lines, which only a fault of what it refers to needs. */
export interface KeptKustomization {
  readonly references: readonly Pick<Reference, 'field' | 'value' | 'use'>[];
  readonly inlinePatches: readonly { readonly text: string; readonly targetKind?: string }[];
  readonly patchFiles: readonly { readonly value: string; readonly targetKind?: string }[];
}

/** Null for one with faults: it is read anew each time, so that they are told with their lines. */
export const keptOf = ({ references, faults, inlinePatches, patchFiles }: Kustomization): KeptKustomization | null =>
  faults.length > 0
    ? null
    : {
        references: references.map(({ field, value, use }) => ({ field, value, use })),
        inlinePatches: inlinePatches.map(({ text, targetKind }) => ({ text, ...withKind(targetKind) })),
        patchFiles: patchFiles.map(({ value, targetKind }) => ({ value, ...withKind(targetKind) })),
      };

const withKind = (targetKind: string | undefined) => (targetKind === undefined ? {} : { targetKind });

/** What was kept, with lines from `whole`, which is asked for when the first of them is. */
export const restored = (kept: KeptKustomization, whole: () => Kustomization): Kustomization => {
  const lined = <T extends object>(
    entries: readonly T[],
    of: (whole: Kustomization) => readonly { readonly line: number }[],
  ): (T & { readonly line: number })[] =>
    entries.map((entry, at) => ({
      ...entry,
      get line() {
        return of(whole())[at]?.line ?? 1;
      },
    }));
  const kind = <T extends { readonly targetKind?: string }>(entry: T) => ({ ...entry, targetKind: entry.targetKind });
  return {
    references: lined(kept.references, (k) => k.references),
    faults: [],
    inlinePatches: lined(kept.inlinePatches.map(kind), (k) => k.inlinePatches),
    patchFiles: lined(kept.patchFiles.map(kind), (k) => k.patchFiles),
  };
};
