import type { Manifest, RenderedRoot, Snapshot } from '#model/ports.ts';
import { ClosureGraph } from '#render/closure.ts';
import { type RenderTools, renderRoots } from '#render/render.ts';
import { textAt } from '#util/manifest.ts';

/** The folder `root` of a tree, rendered by the real kustomize. */
export const renderTree = async (snapshot: Snapshot, tools: RenderTools): Promise<RenderedRoot> => {
  const [root] = await renderRoots({ snapshot, graph: new ClosureGraph(snapshot), roots: [{ path: 'root', kind: 'component' }] }, tools);
  if (root === undefined) throw new Error('nothing was rendered');
  return root;
};

/** The object `Kind/name`; the hash that kustomize appends to a name does not count. */
export const objectOf = (root: RenderedRoot, object: string): Manifest => {
  const [kind, name] = object.split('/');
  const found = root.objects.find((o) => o['kind'] === kind && textAt(o, 'metadata', 'name').replace(/-[a-z0-9]{10}$/, '') === name);
  if (found === undefined) throw new Error(`${object} was not rendered`);
  return found;
};
