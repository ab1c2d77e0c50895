import { afterAll, describe, expect, it } from 'vitest';
import { LayerModel } from '#blame/layers.ts';
import { checkLayers } from '#gate/layer-check.ts';
import { isGateError } from '#model/errors.ts';
import type { Root } from '#model/policy.ts';
import { ClosureGraph } from '#render/closure.ts';
import { renderRoots } from '#render/render.ts';
import { createRenderSetup } from '../../src/cli/context.ts';
import { silentCases } from '../support/planted/silent.ts';
import type { SilentCase } from '../support/planted/silent-case.ts';
import { placeOf, treeOf } from '../support/planted/tree.ts';
import { type Tree, treeSnapshot } from '../support/tree-snapshot.ts';

const setup = createRenderSetup({ cache: true });
afterAll(() => setup.scratch.clear());

const root: Root = { path: 'root', kind: 'component' };

const treeWith = ({ name, body, files, base, isComponent }: SilentCase, entry: string): Tree => {
  const scenario = { name, body: body.replace('ENTRY', entry), planted: [], ...(files ? { files } : {}), ...(base ? { base } : {}) };
  return treeOf(scenario, isComponent ? 'component' : 'overlay');
};

/** What kustomize renders, as text; undefined when it refuses. */
const rendered = async (tree: Tree): Promise<string | undefined> => {
  const snapshot = treeSnapshot(tree);
  try {
    return JSON.stringify((await renderRoots({ snapshot, graph: new ClosureGraph(snapshot), roots: [root] }, setup.tools))[0]?.objects);
  } catch (error) {
    if (isGateError(error) && error.code === 'GATE_RENDER_FAILED') return undefined;
    throw error;
  }
};

const effectOf = async (silent: SilentCase): Promise<SilentCase['effect']> => {
  const [with_, without] = [await rendered(treeWith(silent, silent.entry)), await rendered(treeWith(silent, ''))];
  if (with_ === undefined) return 'fails';
  return with_ === without ? 'none' : 'some';
};

describe('layers that destroy or do nothing without a word', () => {
  it.each(silentCases.map((silent) => [silent.name, silent] as const))('judges %s as kustomize treats it', async (_name, silent) => {
    const tree = treeWith(silent, silent.entry);
    const { breaking, silent: quiet } = checkLayers(new LayerModel(treeSnapshot(tree)), [root]);
    const told = [...breaking, ...quiet].filter((f) => f.code !== silent.also).map((f) => `${f.code} ${f.file}:${f.line}`);
    expect([...new Set(told)]).toEqual(silent.code === undefined ? [] : [`${silent.code} ${placeOf(tree, 'here')}`]);
    expect(breaking.length > 0).toBe(silent.effect === 'fails');
    expect(await effectOf(silent)).toBe(silent.effect);
  });
});
