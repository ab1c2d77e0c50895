import { run } from './git.ts';

/** Paths that differ between two commits; undefined when this clone lacks one of them. */
export const changedBetween = (repository: string, before: string, after: string): string[] | undefined => {
  const { ok, stdout } = run(repository, ['diff', '--name-only', '--no-renames', '-z', before, after, '--']);
  return ok
    ? stdout
        .toString()
        .split('\0')
        .filter((name) => name !== '')
    : undefined;
};
