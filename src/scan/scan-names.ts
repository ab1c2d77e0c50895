import { shown } from '#util/shown.ts';

/** A file name that some tool, terminal or file system takes for something else. */
export interface NameProblem {
  readonly file: string;
  readonly message: string;
}

/** Parts of paths that every file system and every tool takes as they are: POSIX's portable file names, and `@` and `+`. */
const portablePart = /^[A-Za-z0-9._@+][A-Za-z0-9._@+-]{0,254}$/;
const longestPath = 1024;

/** Names that git treats as its own, in the spellings that some file systems take for the same (git's fsck: hasDotgit). */
const gitName = /^(?:\.git|git~1|\.gitmodules)$/i;

/** What is wrong with the names of the given files. */
export const nameProblems = (files: Iterable<string>): NameProblem[] => [...files].flatMap((file) => nameProblem(file) ?? []);

const nameProblem = (file: string): NameProblem | undefined => {
  const name = shown(file, 200);
  const parts = file.split('/');
  if (file.length > longestPath) return { file: name, message: `is a path of ${file.length} characters, more than ${longestPath}` };
  if (parts.some((part) => gitName.test(part))) return { file: name, message: 'has a name that git keeps for itself' };
  if (parts.some((part) => !portablePart.test(part))) return { file: name, message: 'has a name with other characters than letters, digits and . _ - @ +' };
  return undefined;
};

/**
 * Changed files whose names, or whose folders' names, some file system takes for others of the tree: only the case of letters differs.
 * Accents do not matter here: a changed name that has any is refused before.
 */
export const collidingNames = (all: Iterable<string>, changed: ReadonlySet<string>): NameProblem[] => {
  const mine = new Map([...changed].flatMap(withFolders).map((path) => [path.toLowerCase(), path]));
  const found = new Map<string, NameProblem>();
  for (const file of all) {
    for (const path of withFolders(file)) {
      const twin = mine.get(path.toLowerCase());
      if (twin === path) break;
      if (twin === undefined) continue;
      found.set(twin, { file: shown(twin, 200), message: `has the name of ${shown(path, 200)}, but for the case of letters` });
      break;
    }
  }
  return [...found.values()];
};

const withFolders = (file: string): string[] => {
  const paths: string[] = [file];
  for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) paths.push(file.slice(0, at));
  return paths;
};
