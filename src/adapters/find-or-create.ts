import type { Published } from '#model/github.ts';
import { attempts, mayHaveHappened } from './octokit.ts';

/**
 * Something that must exist once. When the answer to a creation is lost nobody knows whether it happened, so look again
 * before making another.
 */
export const findOrCreate = async (find: () => Promise<number | undefined>, create: () => Promise<number>): Promise<Published> => {
  for (let attempt = 1; ; attempt++) {
    const id = await find();
    if (id !== undefined) return { id, created: false };
    try {
      return { id: await create(), created: true };
    } catch (error) {
      if (attempt >= attempts || !mayHaveHappened(error)) throw error;
    }
  }
};
