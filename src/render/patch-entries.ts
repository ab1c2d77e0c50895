import { asList, type Fields, isFields, textAt } from '#util/manifest.ts';

/** Line of the value at a path of the kustomization. */
export type LineOf = (...at: (string | number)[]) => number;

interface PatchEntry {
  /** The text of the patch, or the path of its file. */
  readonly text: string;
  readonly line: number;
  /** Kind that the patch names as its target: undefined without a target, empty where the target names no kind. */
  readonly targetKind: string | undefined;
}

/** Patches that stand in files of their own. */
export const patchFiles = (fields: Fields, lineOf: LineOf) =>
  patchEntries(fields, lineOf, 'path', (text) => !text.includes('\n')).map((entry) => ({
    value: entry.text,
    get line() {
      return entry.line;
    },
    targetKind: entry.targetKind,
  }));

/** Patches whose text stands in the kustomization itself. */
export const inlinePatches = (fields: Fields, lineOf: LineOf): PatchEntry[] => patchEntries(fields, lineOf, 'patch', (text) => text.includes('\n'));

/** Entries that state `key`, and old-style strategic merges of the shape that kustomize reads the same way. */
const patchEntries = (fields: Fields, lineOf: LineOf, key: 'path' | 'patch', isMerge: (text: string) => boolean): PatchEntry[] => {
  const listed = ['patches', 'patchesJson6902'].flatMap((field) =>
    asList(fields[field]).flatMap((entry, i) =>
      isFields(entry) && typeof entry[key] === 'string' ? [patchEntry(entry[key], targetKind(entry), () => lineOf(field, i, key))] : [],
    ),
  );
  const merges = asList(fields['patchesStrategicMerge']).flatMap((text, i) =>
    typeof text === 'string' && isMerge(text) ? [patchEntry(text, undefined, () => lineOf('patchesStrategicMerge', i))] : [],
  );
  return [...listed, ...merges];
};

const patchEntry = (text: string, kind: string | undefined, line: () => number): PatchEntry => ({
  text,
  get line() {
    return line();
  },
  targetKind: kind,
});

const targetKind = (entry: Fields): string | undefined => (entry['target'] === undefined ? undefined : textAt(entry, 'target', 'kind'));
