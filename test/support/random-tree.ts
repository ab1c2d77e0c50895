import fc from 'fast-check';

/** One folder of a random tree: the folders it includes, the files it lists, and files that only lie there. */
export interface RandomFolder {
  readonly includes: readonly number[];
  readonly listed: readonly number[];
  readonly idle: readonly number[];
}

const nameOf = (folder: number): string => `f${folder}`;
const numbers = (max: number) => fc.uniqueArray(fc.nat({ max }), { maxLength: 4 });
const size = 7;

/** Folders that include only later ones, so that the tree has no cycle. */
export const acyclicFolders: fc.Arbitrary<RandomFolder[]> = fc
  .array(fc.record({ includes: numbers(size), listed: numbers(5), idle: numbers(5) }), { minLength: 1, maxLength: size })
  .map((folders) => folders.map((f, i) => ({ ...f, includes: f.includes.map((n) => i + 1 + n).filter((n) => n < folders.length) })));

/** Folders that include any other one, themselves too. */
export const anyFolders: fc.Arbitrary<RandomFolder[]> = fc
  .array(fc.record({ includes: numbers(size), listed: numbers(5), idle: numbers(5) }), { minLength: 1, maxLength: size })
  .map((folders) => folders.map((f) => ({ ...f, includes: f.includes.filter((n) => n < folders.length) })));

export const folderNames = (folders: readonly RandomFolder[]): string[] => folders.map((_, i) => nameOf(i));

export const treeOfFolders = (folders: readonly RandomFolder[]): Record<string, string> =>
  Object.fromEntries(
    folders.flatMap(({ includes, listed, idle }, i): [string, string][] => {
      const folder = nameOf(i);
      const resources = [...includes.map((n) => `../${nameOf(n)}`), ...listed.map((n) => `r${n}.yaml`)];
      return [
        [`${folder}/kustomization.yaml`, `namespace: ${folder}\nresources: ${JSON.stringify(resources)}\n`],
        ...listed.map((n): [string, string] => [`${folder}/r${n}.yaml`, `listed ${n}`]),
        ...idle.map((n): [string, string] => [`${folder}/idle${n}.yaml`, `idle ${n}`]),
      ];
    }),
  );

/** What each folder reaches, told in the plainest way: the set grows until nothing is added. */
export const reachedFiles = (folders: readonly RandomFolder[], start: number): string[] => {
  const reached = new Set([start]);
  for (const folder of reached) for (const next of folders[folder]?.includes ?? []) reached.add(next);
  return [...reached].flatMap((n) => [`${nameOf(n)}/kustomization.yaml`, ...(folders[n]?.listed ?? []).map((r) => `${nameOf(n)}/r${r}.yaml`)]).sort();
};
