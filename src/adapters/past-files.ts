import type { PastFiles } from '#model/ports.ts';
import { must, run } from './git.ts';

/** Files at the commits that a commit rests on. */
export const createPastFiles = (repository: string, head: string): PastFiles => {
  const known = new Map<string, boolean>();
  const isPast = (commit: string): boolean => {
    const found = known.get(commit) ?? run(repository, ['merge-base', '--is-ancestor', commit, head]).ok;
    known.set(commit, found);
    return found;
  };
  return { textAt: (commit, file) => (isPast(commit) ? textAt(repository, commit, file) : undefined) };
};

const textAt = (repository: string, commit: string, file: string): string | null => {
  const shown = run(repository, ['cat-file', 'blob', `${commit}:${file}`]);
  return shown.ok ? shown.stdout.toString() : null;
};

/** Commits right before a file changed on the line of `head`, newest first: the last ones with what it said until then. */
export const commitsBeforeChanges = (repository: string, head: string, file: string): string[] =>
  must(repository, ['log', '--format=%P', '--first-parent', '-m', '--no-renames', head, '--', file])
    .toString()
    .split('\n')
    .flatMap((parents) => (parents === '' ? [] : [parents.split(' ')[0] ?? '']));
