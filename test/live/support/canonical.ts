import type { Manifest } from '#model/ports.ts';

const tracking = 'argocd.argoproj.io/tracking-id';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** Argo CD marks what it manages with one annotation; an object that had none before has an empty map afterwards. */
const withoutTracking = (object: Manifest): Manifest => {
  const metadata = { ...(object['metadata'] as { annotations?: Record<string, string> }) };
  const { [tracking]: _, ...annotations } = metadata.annotations ?? {};
  delete metadata.annotations;
  return { ...object, metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata };
};

/** One text for one set of objects: keys and objects in order, Argo CD's own mark taken away. */
export const canonical = (objects: readonly Manifest[]): string =>
  objects
    .map((object) => JSON.stringify(sorted(withoutTracking(object))))
    .sort()
    .join('\n');
