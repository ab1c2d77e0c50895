import { must } from './git.ts';

/**
 * When each file that a pattern of git names was last changed on the first line of a commit's history: instants in UTC, by path.
 * A merge counts where it comes into that line.
 */
export const changeTimes = (repository: string, commit: string, pattern: string): Map<string, string> => {
  const log = must(repository, [
    'log',
    '--first-parent',
    '--diff-merges=first-parent',
    '--format=%x01%ct',
    '--name-only',
    '-z',
    commit,
    '--',
    `:(glob)${pattern}`,
  ]);
  const times = new Map<string, string>();
  let at = '';
  for (const field of log.toString().split(/[\0\n]/)) {
    const [, seconds] = /^\x01(\d+)$/.exec(field) ?? [];
    if (seconds !== undefined) at = new Date(Number(seconds) * 1000).toISOString();
    else if (field !== '' && !times.has(field)) times.set(field, at);
  }
  return times;
};
