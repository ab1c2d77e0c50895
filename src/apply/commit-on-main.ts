import { GateError } from '#model/errors.ts';
import type { FileBytes, GitRemote } from '#model/forge.ts';

export interface Draft {
  readonly files: FileBytes;
  readonly message: string;
  readonly at: string;
}

/** So many writers can be faster, one after the other, before a run gives up. */
const attempts = 12;

/** Full id of the last commit of a branch. @throws GateError GATE_NO_REVISION when there is no such branch */
export const tipOf = async (remote: GitRemote, branch: string): Promise<string> => {
  const tip = await remote.tip(branch);
  if (tip !== null) return tip;
  throw new GateError('GATE_NO_REVISION', 'usage', `the remote has no branch ${branch}`, { hint: 'Name the branch that the clusters follow.' });
};

/**
 * One commit on top of whatever the branch names. When somebody else was faster the draft is made anew from what stands there then.
 * @param draft what to write, given the commit it goes on top of; undefined when nothing is left to do
 * @returns the new commit, or null when nothing was left to do
 * @throws GateError GATE_BUSY when others were faster every time
 */
export const commitOn = async (remote: GitRemote, branch: string, draft: (tip: string) => Promise<Draft | undefined>): Promise<string | null> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const parent = await tipOf(remote, branch);
    const made = await draft(parent);
    if (made === undefined) return null;
    const commit = await remote.commit({ parent, ...made });
    if (await remote.move(branch, parent, commit)) return commit;
  }
  throw new GateError('GATE_BUSY', 'undecided', `others wrote to ${branch} each of ${attempts} times`, {
    hint: 'Run it again: what is done is not done twice.',
  });
};
