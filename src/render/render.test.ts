import { describe, expect, test } from 'vitest';
import { GateError } from '#model/errors.ts';
import type { Root } from '#model/policy.ts';
import { faultOfAsync } from '../../test/support/faults.ts';
import { memoryCache, memoryRenderer, memoryTools } from '../../test/support/memory-renderer.ts';
import { type Tree, treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { ClosureGraph } from './closure.ts';
import { type RenderRequest, renderRoots } from './render.ts';

const tree: Tree = {
  'a/kustomization.yaml': 'resources: [../base]\n',
  'b/kustomization.yaml': 'resources: [../base, b.yaml]\n',
  'b/b.yaml': 'kind: B\n',
  'base/kustomization.yaml': 'resources: [x.yaml]\n',
  'base/x.yaml': 'kind: X\n',
  'idle.yaml': '',
};
const a: Root = { path: 'a', kind: 'bootstrap' };
const b: Root = { path: 'b', kind: 'bootstrap' };
const request = (roots: readonly Root[], files: Tree = tree): RenderRequest => {
  const snapshot = treeSnapshot(files);
  return { snapshot, graph: new ClosureGraph(snapshot), roots };
};
const results = { a: [{ kind: 'A' }], b: [{ kind: 'B' }, { kind: 'C' }] };

describe('rendering', () => {
  test('builds each root over only the files of the closures, and keeps their order', async () => {
    const renderer = memoryRenderer(results);
    const tools = memoryTools(renderer);
    expect(await renderRoots(request([b, a]), tools)).toEqual([
      { root: b, objects: results.b },
      { root: a, objects: results.a },
    ]);
    expect({ laidOut: tools.laidOut, counters: tools.counters }).toEqual({
      laidOut: [['a/kustomization.yaml', 'b/b.yaml', 'b/kustomization.yaml', 'base/kustomization.yaml', 'base/x.yaml']],
      counters: { rendered: 2, fromCache: 0 },
    });
  });

  test('builds only what no earlier run has built', async () => {
    const cache = memoryCache();
    await renderRoots(request([a]), memoryTools(memoryRenderer(results), cache));
    const renderer = memoryRenderer({ ...results, a: new Error('is in the cache') });
    const tools = memoryTools(renderer, cache);
    expect(await renderRoots(request([a, b]), tools)).toEqual([
      { root: a, objects: results.a },
      { root: b, objects: results.b },
    ]);
    expect({ built: renderer.built, counters: tools.counters }).toEqual({ built: ['b'], counters: { rendered: 1, fromCache: 1 } });
  });

  test('builds again what a changed file reaches', async () => {
    const cache = memoryCache();
    await renderRoots(request([a, b]), memoryTools(memoryRenderer(results), cache));
    const renderer = memoryRenderer(results);
    await renderRoots(request([a, b], { ...tree, 'b/b.yaml': 'kind: Other\n', 'idle.yaml': 'edited' }), memoryTools(renderer, cache));
    expect(renderer.built).toEqual(['b']);
  });

  test('lays nothing out when all is known, and does nothing for no roots', async () => {
    const cache = memoryCache();
    await renderRoots(request([a]), memoryTools(memoryRenderer(results), cache));
    const tools = memoryTools(memoryRenderer({}), cache);
    expect(await renderRoots(request([a]), tools)).toEqual([{ root: a, objects: results.a }]);
    expect(await renderRoots(request([]), tools)).toEqual([]);
    expect(tools.laidOut).toEqual([]);
  });
});

describe('no evidence is no pass', () => {
  const fault = (roots: readonly Root[], rendered: Parameters<typeof memoryRenderer>[0], files: Tree = tree) =>
    faultOfAsync(renderRoots(request(roots, files), memoryTools(memoryRenderer(rendered))));

  test('a root that renders no object is a fault', async () => {
    expect(await fault([a], { a: [] })).toEqual({ code: 'GATE_RENDERED_NOTHING', fault: 'undecided', message: 'a renders no object (tree)' });
  });

  test('a root that does not render is a fault', async () => {
    expect(await fault([a, b], { a: [{ kind: 'A' }] })).toEqual({ code: 'GATE_RENDER_FAILED', fault: 'undecided', message: 'could not build b (tree)' });
  });

  test('a root that does not render because a source is not YAML is malformed at that line', async () => {
    expect(await fault([a], {}, { ...tree, 'base/x.yaml': 'kind: X\nspec: [1\n' })).toEqual({
      code: 'GATE_MALFORMED',
      fault: 'usage',
      message: 'base/x.yaml:3:1: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    });
  });

  test('a limit that was passed stays a limit, even where a source is not YAML', async () => {
    const limit = new GateError('GATE_LIMIT_EXCEEDED', 'limit', 'too much', { hint: 'Less.' });
    expect(await fault([a], { a: limit }, { ...tree, 'base/x.yaml': 'spec: [1\n' })).toEqual({
      code: 'GATE_LIMIT_EXCEEDED',
      fault: 'limit',
      message: 'too much',
    });
  });

  test('a cached render of no object is none', async () => {
    const cache = memoryCache();
    await renderRoots(request([a]), memoryTools(memoryRenderer(results), cache));
    for (const key of cache.entries.keys()) cache.entries.set(key, []);
    expect(await faultOfAsync(renderRoots(request([a]), memoryTools(memoryRenderer({ a: [] }), cache)))).toEqual({
      code: 'GATE_RENDERED_NOTHING',
      fault: 'undecided',
      message: 'a renders no object (tree)',
    });
  });
});
