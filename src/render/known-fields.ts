import { type Fields, isFields } from '#util/manifest.ts';

/**
 * Fields of a kustomization (types.Kustomization of kustomize 5.8). kustomize reads field names in any letters and merge
 * keys as well, so a name outside this list could carry a reference that nobody looked at: it is refused.
 */
const topLevel = new Set(
  (
    'apiVersion kind metadata resources bases components crds configurations generators transformers validators openapi ' +
    'namePrefix nameSuffix namespace commonLabels commonAnnotations labels images imageTags replicas vars replacements ' +
    'patches patchesJson6902 patchesStrategicMerge configMapGenerator secretGenerator generatorOptions buildMetadata ' +
    'sortOptions helmCharts helmGlobals helmChartInflationGenerator'
  ).split(' '),
);

const entryFields: Readonly<Record<string, ReadonlySet<string>>> = {
  configMapGenerator: new Set(['name', 'namespace', 'behavior', 'files', 'envs', 'env', 'literals', 'options']),
  secretGenerator: new Set(['name', 'namespace', 'behavior', 'files', 'envs', 'env', 'literals', 'options', 'type']),
  patches: new Set(['path', 'patch', 'target', 'options']),
  patchesJson6902: new Set(['path', 'patch', 'target', 'options']),
  replacements: new Set(['path', 'source', 'targets']),
  openapi: new Set(['path']),
};

/** Paths of all fields that are not spelled as kustomize documents them. */
export const unknownFields = (fields: Fields): (readonly (string | number)[])[] => {
  const top = Object.keys(fields).filter((field) => !topLevel.has(field));
  const nested = Object.entries(entryFields).flatMap(([field, known]) =>
    [fields[field] ?? []].flat().flatMap((entry, i) =>
      isFields(entry)
        ? Object.keys(entry)
            .filter((key) => !known.has(key))
            .map((key) => (Array.isArray(fields[field]) ? [field, i, key] : [field, key]))
        : [],
    ),
  );
  return [...top.map((field) => [field]), ...nested];
};
