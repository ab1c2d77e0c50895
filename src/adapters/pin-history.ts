import type { PinHistory } from '#model/cluster-reader.ts';
import { must, run, split } from './git.ts';
import { assertWholeHistory } from './whole-history.ts';

const pins = ':(glob)agents/*/rings/*/pin/kustomization.yaml';
const pinFile = (agent: string, ring: string): string => `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;

/**
 * Answers which commits hold the pins that `head` has, from the history of one clone.
 * @throws GateError GATE_SHALLOW when the clone has not the whole history: the commit that set a pin could not be told
 */
export const createPinHistory = (repository: string, head: string): PinHistory => {
  assertWholeHistory(repository);
  const setBy = lastChanges(repository, head);
  const now = pinsAt(repository, head) ?? new Map<string, string>();
  const [pinsOf, newerThan] = [remembered((revision) => pinsAt(repository, revision)), remembered((revision) => commitsSince(repository, revision, head))];
  return {
    holds: (agent, ring, revision) => {
      const file = pinFile(agent, ring);
      const [blob, commit] = [now.get(file), setBy.get(file)];
      if (blob === undefined || commit === undefined || pinsOf(revision)?.get(file) !== blob) return false;
      return newerThan(revision)?.has(commit) === false;
    },
  };
};

const remembered = <T>(find: (key: string) => T): ((key: string) => T) => {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.has(key) ? (known.get(key) as T) : find(key);
    known.set(key, found);
    return found;
  };
};

/** The commit that last changed each pin on the line of `head`: of a merge what it brought, not what its branch was behind. */
const lastChanges = (repository: string, head: string): Map<string, string> => {
  const commits = new Map<string, string>();
  let commit = '';
  for (const line of split(
    must(repository, ['log', '--format=%x00commit %H%x00', '--name-only', '-z', '--first-parent', '-m', '--no-renames', head, '--', pins]),
  )) {
    const text = line.trim();
    const [, id] = /^commit ([0-9a-f]+)$/.exec(text) ?? [];
    if (id !== undefined) commit = id;
    else if (text !== '' && !commits.has(text)) commits.set(text, commit);
  }
  return commits;
};

/** Blob of each pin at a commit; undefined where the clone has no such commit. */
const pinsAt = (repository: string, revision: string): Map<string, string> | undefined => {
  const listed = run(repository, ['ls-tree', '-r', '-z', '--full-tree', `${revision}^{commit}`, '--', 'agents']);
  if (!listed.ok) return undefined;
  return new Map(
    split(listed.stdout).flatMap((row) => {
      const [, id, name] = /^\d+ blob ([0-9a-f]+)\t(agents\/[^/]+\/rings\/[^/]+\/pin\/kustomization\.yaml)$/.exec(row) ?? [];
      return id === undefined || name === undefined ? [] : [[name, id] as const];
    }),
  );
};

/** Commits of the head that a revision does not have; undefined where the clone has no such revision. */
const commitsSince = (repository: string, revision: string, head: string): Set<string> | undefined => {
  const listed = run(repository, ['rev-list', head, `^${revision}`, '--']);
  return listed.ok ? new Set(listed.stdout.toString().split('\n')) : undefined;
};
