import { agentIn, type Remark } from './remark.ts';

/** A push that passed by a ruleset of main. */
export interface Bypass {
  readonly actor: string;
  readonly before: string;
  readonly after: string;
  /** RFC 3339 instant. */
  readonly at: string;
}

/** What the promotion App writes without a review: pins, quarantines, records. */
const allowed = /^(agents\/[^/_][^/]*\/(rings\/[^/]+\/pin\/kustomization\.yaml|quarantine\.yaml)|evidence\/(?!keys\.yaml$).+)$/;

/**
 * Pushes that passed by and should not have: of another account, or of more than the App is let by for.
 * @param changed files of a push; undefined when this clone does not have its commits
 */
export const bypassRemarks = (bypasses: readonly Bypass[], actors: ReadonlySet<string>, changed: (bypass: Bypass) => readonly string[] | undefined): Remark[] =>
  bypasses.flatMap((bypass): Remark[] => {
    const files = changed(bypass);
    const problem = problemOf(bypass, actors, files);
    const solution = 'Look at the push, take back what nobody reviewed, and end the access that made it.';
    return problem === undefined ? [] : [{ code: 'nightly.bypass', agent: agentIn(files ?? []), solution, ...problem }];
  });

const problemOf = (
  { actor, after, at }: Bypass,
  actors: ReadonlySet<string>,
  files: readonly string[] | undefined,
): Pick<Remark, 'effect' | 'message'> | undefined => {
  const what = `${actor} pushed ${after.slice(0, 12)} past the review of main at ${at}`;
  if (!actors.has(actor)) return { effect: 'deny', message: `${what}, and may not` };
  if (files === undefined) return { effect: 'undecided', message: `${what}; this clone does not have it` };
  const strange = files.filter((file) => !allowed.test(file));
  if (strange.length === 0) return undefined;
  return { effect: 'deny', message: `${what} and changed ${strange.slice(0, 5).join(', ')}${strange.length > 5 ? ', ...' : ''}` };
};
