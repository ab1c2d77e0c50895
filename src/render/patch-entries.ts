import { type Fields, isFields } from '#util/manifest.ts';

type LineOf = (...at: (string | number)[]) => number;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Kind that a patch names as its target: undefined without a target, empty where the target names no kind. */
const targetKind = (entry: Fields): string | undefined => {
  const target = entry['target'];
  if (target === undefined) return undefined;
  return isFields(target) && typeof target['kind'] === 'string' ? target['kind'] : '';
};

/** Patches that stand in files of their own. */
export const patchFiles = (fields: Fields, lineOf: LineOf) => {
  const listed = ['patches', 'patchesJson6902'].flatMap((field) =>
    asList(fields[field]).flatMap((entry, i) =>
      isFields(entry) && typeof entry['path'] === 'string'
        ? [
            {
              value: entry['path'],
              get line() {
                return lineOf(field, i, 'path');
              },
              targetKind: targetKind(entry),
            },
          ]
        : [],
    ),
  );
  const merges = asList(fields['patchesStrategicMerge']).flatMap((value, i) =>
    typeof value === 'string' && !value.includes('\n')
      ? [
          {
            value,
            get line() {
              return lineOf('patchesStrategicMerge', i);
            },
            targetKind: undefined,
          },
        ]
      : [],
  );
  return [...listed, ...merges];
};

/** Patches whose text stands in the kustomization itself. */
export const inlinePatches = (fields: Fields, lineOf: LineOf) => {
  const listed = ['patches', 'patchesJson6902'].flatMap((field) =>
    asList(fields[field]).flatMap((entry, i) =>
      isFields(entry) && typeof entry['patch'] === 'string'
        ? [
            {
              text: entry['patch'],
              get line() {
                return lineOf(field, i, 'patch');
              },
              targetKind: targetKind(entry),
            },
          ]
        : [],
    ),
  );
  const merges = asList(fields['patchesStrategicMerge']).flatMap((value, i) =>
    typeof value === 'string' && value.includes('\n')
      ? [
          {
            text: value,
            get line() {
              return lineOf('patchesStrategicMerge', i);
            },
            targetKind: undefined,
          },
        ]
      : [],
  );
  return [...listed, ...merges];
};
