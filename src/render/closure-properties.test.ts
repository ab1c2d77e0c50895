import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acyclicFolders, anyFolders, folderNames, type RandomFolder, reachedFiles, treeOfFolders } from '../../test/support/random-tree.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { ClosureGraph } from './closure.ts';
import { renderKey } from './render.ts';

/** Closures of all folders, asked for in the given order by one graph. */
const closuresInOrder = (folders: readonly RandomFolder[], order: readonly string[]) => {
  const graph = new ClosureGraph(treeSnapshot(treeOfFolders(folders)));
  return new Map(order.map((folder) => [folder, graph.closureOf(folder)]));
};

const shuffled = (folders: readonly RandomFolder[]): fc.Arbitrary<string[]> => fc.shuffledSubarray(folderNames(folders), { minLength: folders.length });
const withOrder = (folders: fc.Arbitrary<RandomFolder[]>) => folders.chain((f) => fc.tuple(fc.constant(f), shuffled(f)));

describe('over any tree', () => {
  test('a closure is what can be reached, and nothing else', () => {
    fc.assert(
      fc.property(withOrder(acyclicFolders), ([folders, order]) => {
        const closures = closuresInOrder(folders, order);
        for (const [i, name] of folderNames(folders).entries()) {
          expect([...(closures.get(name)?.files ?? [])].sort()).toEqual(reachedFiles(folders, i));
          expect(closures.get(name)?.faults).toEqual([]);
        }
      }),
    );
  });

  test('a cycle is found from every folder that reaches it, whichever folder is asked first', () => {
    const reaches = (folders: readonly RandomFolder[], from: number, to: number, seen = new Set<number>()): boolean =>
      (folders[from]?.includes ?? []).some((next) => next === to || (!seen.has(next) && reaches(folders, next, to, seen.add(next))));
    fc.assert(
      fc.property(withOrder(anyFolders), ([folders, order]) => {
        const closures = closuresInOrder(folders, order);
        const onCycle = folders.map((_, i) => reaches(folders, i, i));
        for (const [i, name] of folderNames(folders).entries()) {
          const expected = folders.some((_, n) => onCycle[n] && (n === i || reaches(folders, i, n)));
          expect([name, (closures.get(name)?.faults.length ?? 0) > 0]).toEqual([name, expected]);
        }
      }),
    );
  });
});

describe('the key of a render', () => {
  const renderer = { version: 'kustomize test', build: () => Promise.resolve([]) };
  const keyOf = (tree: Record<string, string>, path: string, version = renderer.version): string => {
    const snapshot = treeSnapshot(tree);
    return renderKey({ path, kind: 'bootstrap' }, { snapshot, graph: new ClosureGraph(snapshot) }, { ...renderer, version });
  };

  test('changes with a file of the closure, and with no other file', () => {
    fc.assert(
      fc.property(acyclicFolders, fc.nat(), (folders, pick) => {
        const tree = treeOfFolders(folders);
        const changed = Object.keys(tree)[pick % Object.keys(tree).length] ?? '';
        const edited = { ...tree, [changed]: `${tree[changed]}\n# edited\n` };
        for (const [i, folder] of folderNames(folders).entries()) {
          const isInside = reachedFiles(folders, i).includes(changed);
          expect([folder, changed, keyOf(tree, folder) !== keyOf(edited, folder)]).toEqual([folder, changed, isInside]);
        }
      }),
    );
  });

  test('is the same whatever order the files of the tree come in', () => {
    fc.assert(
      fc.property(acyclicFolders, (folders) => {
        const tree = treeOfFolders(folders);
        expect(keyOf(Object.fromEntries(Object.entries(tree).reverse()), 'f0')).toBe(keyOf(tree, 'f0'));
      }),
    );
  });

  test('changes with the renderer, the folder, and the name of a file', () => {
    const tree = { 'a/kustomization.yaml': 'resources: [x.yaml]\n', 'a/x.yaml': 'x', 'b/kustomization.yaml': 'resources: [x.yaml]\n', 'b/x.yaml': 'x' };
    const renamed = { ...tree, 'a/kustomization.yaml': 'resources: [y.yaml]\n', 'a/y.yaml': 'x' };
    const keys = [keyOf(tree, 'a'), keyOf(tree, 'b'), keyOf(tree, 'a', 'another'), keyOf(renamed, 'a')];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
