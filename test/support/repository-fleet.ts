import { worktreeSnapshot } from '#adapters/git.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import type { Fleet } from '#model/fleet.ts';
import { repository } from './policy-cases.ts';

let known: Fleet | undefined;

/** The facts of this repository as they stand in the working tree, read once. */
export const repositoryFleet = (): Fleet => {
  known ??= readFleet(worktreeSnapshot(repository));
  return known;
};
