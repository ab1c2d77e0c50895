import type { RuleInfo } from '#model/evaluator.ts';

/** What the rehearsal of a rollout may object to. */
export const rehearsalRules = {
  blindSpot: {
    code: 'rehearsal.blind_spot',
    id: 'RHS-01',
    title: 'A canary that writes to the network sees errors double, or its owner says that it does not',
    description:
      'Rehearsed at the work of the smallest cluster, fewer than 80 of 100 rollouts of a revision with twice the errors are aborted: the canary passes what it is there to catch.',
    severity: 'deny',
    controls: ['NIST CM-4'],
    failureMessage: '{share} of 100 rollouts abort when errors double; the smallest rise that 80 of 100 abort on is {rise}',
    solution:
      'Lengthen the analysis or judge by the sequential test (`ranfleet rehearse --propose`), or declare `rehearsal.blindSpot` in agent.yaml with the rise that is seen and the reason.',
  },
  open: {
    code: 'rehearsal.not_rehearsed',
    id: 'RHS-02',
    title: 'Every canary can be rehearsed before it runs',
    description: 'What can not be rehearsed is not known to catch anything; for an agent that writes to the network that blocks.',
    severity: 'deny',
    controls: ['NIST CM-4'],
    failureMessage: '{message}',
    solution: 'Use what the rehearsal knows (docs/rehearsal.md lists it), and state the work of the agent in fleet.yaml or agent.yaml.',
  },
} as const satisfies Record<string, RuleInfo>;
