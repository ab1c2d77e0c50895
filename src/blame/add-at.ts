import type { SourcePlace } from '#model/blame.ts';
import { isFields } from '#util/manifest.ts';
import type { LayerModel } from './layers.ts';

/** Fields under which an overlay adds to what it builds on, the best place first. */
const places = ['patches', 'patchesJson6902', 'patchesStrategicMerge', 'components', 'replacements', 'labels', 'commonLabels', 'namespace'];

/**
 * Where a missing field would be added: the uppermost kustomization that people write and that changes its objects. One
 * that is generated is no place for people, and one that only lists resources is a pin.
 */
export const overlayPlace = (model: LayerModel, root: string): SourcePlace | undefined => {
  const chain = chainOf(model, root);
  const place = (folder: string, field: string | undefined): SourcePlace | undefined => {
    const text = model.kustomizationOf(folder);
    return text && { file: text.file, line: text.span(0, field === undefined ? [] : [field]).line };
  };
  for (const folder of chain) {
    const text = model.kustomizationOf(folder);
    const [fields] = text?.values ?? [];
    const field = places.find((name) => isFields(fields) && name in fields);
    if (field !== undefined && text !== undefined && !isGenerated(text.text)) return place(folder, field);
  }
  return place(chain.find((folder) => !isGenerated(model.kustomizationOf(folder)?.text ?? '')) ?? root, undefined);
};

const isGenerated = (text: string): boolean => /^#.*\bgenerated\b/i.test(text);

/** From the root downwards, as long as there is one way to go. */
const chainOf = (model: LayerModel, root: string): string[] => {
  const chain: string[] = [];
  for (let next: string | undefined = root; next !== undefined && !chain.includes(next); ) {
    chain.push(next);
    const bases: string[] = model.basesOf(next);
    next = bases.length === 1 ? bases[0] : undefined;
  }
  return chain;
};
