import type { CheckState, FileChange, PullState, RequiredCheck, Review } from '#model/forge.ts';
import { blobId } from '#util/overlay-snapshot.ts';

/** Accounts other than the author whose last word on this very head is an approval. */
export const approversOf = ({ author, headSha }: Pick<PullState, 'author' | 'headSha'>, reviews: readonly Review[]): number[] => {
  const last = new Map<number, Review>();
  for (const review of reviews) if (review.author !== null && review.state !== 'COMMENTED' && review.state !== 'PENDING') last.set(review.author, review);
  return [...last].filter(([who, { state, commit }]) => who !== author && state === 'APPROVED' && commit === headSha).map(([who]) => who);
};

/** Whether somebody's last word is that it must not be merged; that stands whatever is pushed after it. */
export const objectorsOf = (reviews: readonly Review[]): number[] => {
  const last = new Map<number, string>();
  for (const { author, state } of reviews) if (author !== null && state !== 'COMMENTED' && state !== 'PENDING') last.set(author, state);
  return [...last].filter(([, state]) => state === 'CHANGES_REQUESTED').map(([who]) => who);
};

/** Required checks that did not succeed: one that is not there yet counts, and of one name every run must have passed. */
export const openChecks = (required: readonly RequiredCheck[], checks: readonly CheckState[]): string[] =>
  required
    .filter(({ name, app }) => {
      const runs = checks.filter((c) => c.name === name && (app === undefined || c.app === app));
      return runs.length === 0 || runs.some((r) => r.conclusion !== 'success');
    })
    .map(({ name }) => name);

/** Whether a pull request changes one file, to exactly these bytes. */
export const changesOnly = (files: readonly FileChange[], path: string, bytes: Buffer): boolean =>
  files.length === 1 && files[0]?.path === path && files[0].status === 'modified' && files[0].blob === blobId(bytes);
