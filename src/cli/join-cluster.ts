import { commitsBeforeChanges, createPastFiles } from '#adapters/past-files.ts';
import { pinFile } from '#apply/changes.ts';
import type { Cluster, Joining, Ring } from '#model/cluster.ts';
import { GateError } from '#model/errors.ts';
import { readPin } from '#promotion/pin-file.ts';
import { type BirthGround, isSafeStart, type Start, startIn, startsOf } from '#ring/birth.ts';
import { count } from '#util/count.ts';

export interface JoinGround extends BirthGround {
  readonly repository: string;
  /** Commit whose history has the pins of before. */
  readonly head: string;
}

interface Joins {
  readonly entries: readonly Joining[];
  /** What the reader should know. */
  readonly notes: readonly string[];
}

/**
 * The entries with which a cluster starts on what its ring has verified, one for each agent whose pin names something else.
 * @throws GateError GATE_UNVERIFIED for agents of which there is nothing verified to start on: nothing is guessed
 */
export const joinsOf = (cluster: Cluster, ground: JoinGround): Joins => {
  const starts = startsOf(cluster, ground);
  const [entries, problems]: [Joining[], string[]] = [[], []];
  for (const start of starts.filter((s) => !isSafeStart(s))) {
    const commit = start.verified === undefined ? undefined : commitWith(start.agent, start.verified, cluster, ground);
    if (start.verified !== undefined && commit !== undefined) entries.push({ agent: start.agent, release: start.verified, commit });
    else problems.push(problemOf(start, cluster));
  }
  if (problems.length > 0)
    throw new GateError('GATE_UNVERIFIED', 'undecided', problems.join('\n'), {
      hint: 'Wait until the ring has verified what its pin names (`ranfleet promote --plan`), or take the ring back first.',
    });
  const unknown = starts.filter(({ standing }) => standing === 'unrecorded').length;
  const note = `There is no record yet of ${count(unknown, 'agent')} in ${cluster.wave}: they start on what the pins name.`;
  return { entries, notes: unknown === 0 ? [] : [note] };
};

/**
 * The release of an earlier ring on which a later one may start: what its pin names, or else what it verified last.
 * @throws GateError GATE_UNVERIFIED when it has verified nothing
 */
export const safeReleaseIn = (agent: string, ring: Ring, ground: BirthGround): string => {
  const start = startIn(agent, ring, ground);
  if (isSafeStart(start)) return start.pinned;
  if (start.verified !== undefined) return start.verified;
  throw new GateError('GATE_UNVERIFIED', 'undecided', `${agent}: ${ring} runs ${start.pinned} and has verified no release that a later ring could start on`, {
    hint: 'Wait until it has verified one: `ranfleet promote --plan` says when.',
  });
};

const problemOf = ({ agent, pinned, standing, isBarred, verified }: Start, { wave, tier }: Cluster): string => {
  const why = isBarred ? 'quarantined' : standing === 'reverted' ? 'taken back there' : 'not verified there';
  const instead = verified === undefined ? 'the ring has verified no other release' : `no commit has ${verified} there for ${tier}, or this clone lacks it`;
  return `${agent}: the pin of ${wave} names ${pinned}, which is ${why}, and ${instead}`;
};

/** The last commit at which the ring ran a release on this tier. */
const commitWith = (agent: string, release: string, { wave, tier }: Cluster, { repository, head }: JoinGround): string | undefined => {
  const file = pinFile(agent, wave);
  const { textAt } = createPastFiles(repository, head);
  return commitsBeforeChanges(repository, head, file).find((commit) => {
    const text = textAt(commit, file);
    return (
      typeof text === 'string' &&
      readPin(text, file).release === release &&
      typeof textAt(commit, `agents/${agent}/rings/${wave}/${tier}/kustomization.yaml`) === 'string'
    );
  });
};
