import type { Snapshot } from '#model/ports.ts';
import { scanYaml } from '#scan/scan-yaml.ts';
import { parseKustomization, resolveReference } from './kustomization.ts';

const ringPin = /^apps\/([^/]+)\/rings\/([^/]+)\/kustomization\.yaml$/;

/** For each `apps/<component>/config/<n>/resources`: the rings whose pinned release leads to it. */
export const componentRingsOf = (snapshot: Snapshot): Map<string, string[]> => {
  const rings = new Map<string, string[]>();
  for (const file of snapshot.files.keys()) {
    const [, component, ring] = ringPin.exec(file) ?? [];
    if (component === undefined || ring === undefined) continue;
    for (const release of resourcesOf(snapshot, `apps/${component}/rings/${ring}`)) {
      for (const config of resourcesOf(snapshot, release)) {
        const path = `${config}/resources`;
        rings.set(path, [...(rings.get(path) ?? []), ring]);
      }
    }
  }
  return rings;
};

const resourcesOf = (snapshot: Snapshot, folder: string): string[] => {
  const file = `${folder}/kustomization.yaml`;
  if (!snapshot.files.has(file)) return [];
  const { references } = parseKustomization(file, scanYaml(snapshot.read(file)));
  return references.flatMap(({ field, value }) => (field === 'resources' ? (resolveReference(folder, value) ?? []) : []));
};
