import type { RuleInfo } from '#model/evaluator.ts';

interface HazardText {
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly solution: string;
}

/** The hazards of a rollback, by number (section 5 of the rollout reference). */
export const hazardTexts: Readonly<Record<string, HazardText>> = {
  R1: {
    slug: 'config',
    title: 'Pods keep what they read',
    description: 'Pods of one side still start while the other is applied; a ConfigMap or Secret that is gone or changed under its name keeps them from it.',
    solution: 'Give the content a hash in its name and Prune=false, so that both revisions find theirs.',
  },
  R2: {
    slug: 'kinds',
    title: 'Both sides fit the kinds that are served',
    description: 'Objects of a kind or field that the other side does not serve are refused when the change is taken back.',
    solution: 'Serve the old version and keep the old fields until nothing may go back to them.',
  },
  R3: {
    slug: 'kept_fields',
    title: 'No field that the server keeps changes',
    description: 'The server refuses some fields after creation, so that a revert is not applied.',
    solution: 'Give the object a new name, and remove the old one in a later change.',
  },
  R4: {
    slug: 'data',
    title: 'The old code reads the new data',
    description: 'A format that the older release does not read makes going back a loss of data.',
    solution: 'Expand, migrate, contract in three changes, and declare formats under compatibility in agent.yaml.',
  },
  R5: {
    slug: 'credentials',
    title: 'Replaced credentials stay valid',
    description: 'A rotation takes away what the old version signs in with.',
    solution: 'Keep both valid for as long as a release may come back, and rotate apart from images.',
  },
  R6: {
    slug: 'images',
    title: 'The old image can be had again',
    description: 'A digest that the registry has deleted, or no longer may serve, keeps old pods from starting.',
    solution: 'Pin by digest, and state retainedDigests in fleet.yaml as the registry keeps them.',
  },
  R7: {
    slug: 'admission',
    title: 'Old pods are admitted by new rules',
    description: 'Rules and quotas that tighten with the change refuse the pods that come back.',
    solution: 'Tighten in a change of its own, once nothing may go back.',
  },
  R8: {
    slug: 'hooks',
    title: 'Hooks can run again and backwards',
    description: 'A revert runs the older hooks again and can not undo what the newer did.',
    solution: 'Annotate each hook with how it is undone, or leave it away.',
  },
  R9: {
    slug: 'capacity',
    title: 'There is room for both revisions',
    description: 'At an abort stable must carry everything at once, beside what is still there of the canary.',
    solution: 'Ask for less, or give the tier more nodes in its facts once they are there.',
  },
  R10: {
    slug: 'restart',
    title: 'Nothing starts an aborted revision again',
    description: 'A change of the steps, or of the controller, starts a revision that was aborted.',
    solution: 'Change image and steps apart, or let two persons state under settled that the release was not aborted.',
  },
  R11: {
    slug: 'contracts',
    title: 'Callers find what they call',
    description: 'A port, route or release that others need is gone on one of the ways.',
    solution: 'Keep the old until no caller needs it, and declare requires in agent.yaml.',
  },
  R12: {
    slug: 'network',
    title: 'Writes in the network are taken back',
    description: 'Pods go back, the network does not.',
    solution: 'Declare in agent.yaml under compensation how each write of the envelope is undone, and who keeps the former values.',
  },
  R13: {
    slug: 'routes',
    title: 'Self-heal leaves weights alone',
    description: 'A sync that writes the weights of Git sends traffic back to what was taken away.',
    solution: 'Ignore exactly the weights of HTTPRoutes, and set RespectIgnoreDifferences=true.',
  },
  R14: {
    slug: 'analysis',
    title: 'The way back is judged by itself',
    description: 'A query that is not keyed by the new pods judges the fix by what the bad version left behind.',
    solution: 'Key every query by the hash of the pods on trial.',
  },
  R15: {
    slug: 'fresh_cluster',
    title: 'No cluster takes a new release at once',
    description: 'A Rollout that a cluster has not seen before deploys without a step.',
    solution: 'Let the cluster join, or the Rollout come, in a change of its own.',
  },
  R16: {
    slug: 'sync',
    title: 'A revert is synced at once',
    description: 'A sync that waits for a canary keeps the revert waiting behind it.',
    solution: 'Keep the unit in one wave, without PruneLast.',
  },
};

const codeOf = (slug: string): string => `rollback.${slug}`;

/** A rule for each hazard: unsafe denies, unproven is undecided. */
export const certificateRules: readonly RuleInfo[] = Object.entries(hazardTexts).map(([hazard, { slug, title, description, solution }]) => ({
  code: codeOf(slug),
  id: `RBK-${hazard.slice(1).padStart(2, '0')}`,
  title,
  description,
  severity: 'deny',
  controls: ['NIST CM-3', 'NIST CP-10'],
  failureMessage: '{proof}',
  solution,
}));

export const ruleOf = (hazard: string): RuleInfo => {
  const rule = certificateRules.find(({ code }) => code === codeOf(hazardTexts[hazard]?.slug ?? ''));
  if (rule === undefined) throw new Error(`there is no hazard ${hazard}`);
  return rule;
};
