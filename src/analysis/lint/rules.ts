import type { RuleInfo } from '#model/evaluator.ts';

/** A rule of the lint, with what it is called in the list of traps and a case that shows the trap. */
export interface LintRule extends RuleInfo {
  readonly trap: string;
  readonly example: string;
}

type Text = Pick<LintRule, 'trap' | 'id' | 'title' | 'description' | 'example' | 'failureMessage' | 'solution'> & { readonly severity?: 'warn' };

const rule = (code: string, text: Text): LintRule => ({ controls: [], severity: 'deny', ...text, code });

/**
 * What the lint says; sources are files of argo-rollouts. A rule that rests on source reading alone warns, until the behaviour is
 * reproduced on the real controller; those that are computed here deny.
 */
export const lintRules = {
  unreadable: rule('rollout.unreadable_template', {
    trap: '-',
    id: 'LNT-01',
    title: 'Every analysis can be read before it runs',
    description: 'A duration or number that nobody can read before the rollout makes every statement about it a guess.',
    example: '`interval: "{{args.interval}}"` is known only when the rollout runs.',
    failureMessage: '{value} can not be read',
    solution: 'Write the number or duration itself.',
  }),
  inconclusive: rule('rollout.inconclusive_limit', {
    trap: 'V2',
    id: 'LNT-02',
    title: 'Inconclusive measurements can stop a canary',
    description:
      'Limits are exceeded, not reached: with as many inconclusive measurements allowed as are made, none of them ever counts (analysis/analysis.go).',
    example: '`count: 5, inconclusiveLimit: 5`: five measurements without data end Successful.',
    failureMessage: '{metric} is Successful after {count} measurements without an answer',
    solution: 'Set inconclusiveLimit below count, or consecutiveSuccessLimit to 2 or more.',
  }),
  vacuous: rule('rollout.vacuous_success', {
    trap: 'V3',
    id: 'LNT-03',
    title: 'No data is no success',
    description: 'A condition that holds for an empty answer or for NaN promotes a canary that nobody measured (utils/evaluate/evaluate.go).',
    example: '`successCondition: all(result, # >= 0.95)` is true of `[]`; `failureCondition: result[0] > 0.05` alone makes `[NaN]` Successful.',
    failureMessage: '{metric}: with {sample} a measurement is Successful',
    solution: 'Begin both conditions with len(result) == 1 && !isNaN(result[0]) &&, so that missing data is Inconclusive.',
  }),
  series: rule('rollout.series_ignored', {
    trap: 'V3',
    id: 'LNT-04',
    title: 'Every series counts',
    description: 'Prometheus states no order of series: a condition that looks at one of several judges by chance.',
    example: '`result[0] >= 0.95` on `[0.97, 0.2]` is true, on `[0.2, 0.97]` false.',
    failureMessage: '{metric}: with {good} a measurement is Successful although {bad} alone is not',
    solution: 'Aggregate to one series, or ask for all(result, ...) together with len(result) > 0.',
    severity: 'warn',
  }),
  blind: rule('rollout.judges_stable', {
    trap: 'V7',
    id: 'LNT-05',
    title: 'A query sees the canary',
    description: 'A query without the hash, the Service or a label of the canary is answered by the stable pods nearly alone.',
    example: 'At weight 5 a canary that fails always raises the error ratio of all pods together to 0.05 only.',
    failureMessage: '{metric} asks neither for the hash, nor for the Service, nor for a label of the canary',
    solution: 'Choose by rollouts_pod_template_hash with an argument whose podTemplateHashValue is Latest.',
    severity: 'warn',
  }),
  window: rule('rollout.diluted_window', {
    trap: 'V8',
    id: 'LNT-06',
    title: 'A window holds what it judges',
    description: 'A range that reaches back before the weight was set mixes in the smaller weight; one of less than four scrapes often holds one sample.',
    example: '`rate(x[10m])` two minutes after setWeight 50 is for four fifths the weight before.',
    failureMessage: '{metric} looks back {window} s, {since} s after the weight was set',
    solution: 'Pause at least as long as the range before the analysis, and use a range of four scrapes or more.',
    severity: 'warn',
  }),
  condition: rule('rollout.condition', {
    trap: 'V10',
    id: 'LNT-07',
    title: 'Every condition compiles',
    description: 'Conditions are first compiled when a measurement is taken; one that does not compile makes each measurement an Error, and the fifth aborts.',
    example: '`result >= 0.95` on a vector: the controller says Error to every sample.',
    failureMessage: '{field} does not compile, column {column}: {message}',
    solution: 'Mend the condition; a vector is result[0] or goes through all() or any().',
  }),
  query: rule('rollout.query', {
    trap: 'V10',
    id: 'LNT-08',
    title: 'Every query parses',
    description: 'Prometheus refuses a query that does not parse, or that breaks the types of PromQL, at each measurement.',
    example: '`rate(x{code~"5.*"}[5m])` does not parse: the sign is `=~`.',
    failureMessage: '{message}, line {line}, column {column}',
    solution: 'Mend the query, and declare each argument that it names.',
  }),
  contract: rule('rollout.metric_contract', {
    trap: '-',
    id: 'LNT-09',
    title: 'Every metric exists',
    description: 'A query for a metric or label that nobody exposes is empty for ever: the canary is never judged, or never promoted.',
    example: '`ran_agent_decision_total` for `ran_agent_decisions_total` finds nothing.',
    failureMessage: '{metric} has no label {label}',
    solution: 'Use a metric of contracts/metrics.yaml, or add what the agents really expose there.',
  }),
  rollbackWindow: rule('rollout.rollback_window', {
    trap: 'V11',
    id: 'LNT-10',
    title: 'A rollback does not flood one pod',
    description:
      'With traffic routing a rollback inside the window sets the last weight as soon as one pod of the old revision is there (rollout/trafficrouting.go).',
    example: 'Last setWeight 50 and 10 replicas: one pod gets the load of five.',
    failureMessage: 'one pod may get the load of {factor}',
    solution: 'Leave rollbackWindow away; revert with steps that scale first: setCanaryScale {weight: 100}, setWeight: 100.',
    severity: 'warn',
  }),
  stepsOnly: rule('rollout.steps_only', {
    trap: 'V14',
    id: 'LNT-12',
    title: 'New steps start an aborted revision again',
    description: 'A change of the steps alone clears an abort and starts the bad revision anew (utils/conditions/conditions.go: ComputeStepHash).',
    example: 'An aborted Rollout whose pause goes from 2m to 3m rolls the aborted image out again.',
    failureMessage: 'changes its steps and not its pods',
    solution: 'Make sure that no Rollout of these roots is aborted, or revert the image first.',
    severity: 'warn',
  }),
  dynamicScale: rule('rollout.dynamic_scale', {
    trap: 'V15',
    id: 'LNT-13',
    title: 'Two do not scale one Rollout',
    description: 'dynamicStableScale gives up stable pods that the autoscaler counts on; a raise in the middle leaves neither side with enough.',
    example: 'At weight 50 half of the stable pods are gone, and the autoscaler reads the load of those left.',
    failureMessage: 'scales its stable pods down while {autoscaler} scales it',
    solution: 'Leave dynamicStableScale away where an autoscaler targets the Rollout.',
    severity: 'warn',
  }),
  mirror: rule('rollout.mirror_ignored', {
    trap: 'V16',
    id: 'LNT-14',
    title: 'A mirror mirrors',
    description: 'The Gateway API plugin takes setMirrorRoute and does nothing (its pkg/plugin/plugin.go), so that the analysis behind it sees no request.',
    example: 'setMirrorRoute, pause, analysis: the canary was never asked anything.',
    failureMessage: 'has a step setMirrorRoute, which the Gateway API plugin ignores',
    solution: 'Leave the step away, or route by Istio.',
    severity: 'warn',
  }),
  history: rule('rollout.history_too_short', {
    trap: 'V17',
    id: 'LNT-15',
    title: 'What a rollback needs is kept',
    description: 'A rollback within a window needs the ReplicaSets of the window; one that is gone makes it a slow canary.',
    example: 'rollbackWindow of 3 revisions with revisionHistoryLimit 3: the third is deleted first.',
    failureMessage: 'keeps {kept} revisions and may go back {revisions}',
    solution: 'Set revisionHistoryLimit to one more than rollbackWindow.revisions.',
  }),
  errorLimit: rule('rollout.error_limit', {
    trap: 'V19',
    id: 'LNT-16',
    title: 'A restart of Prometheus aborts nothing',
    description: 'Errors are tried again each 10 s, whatever the interval; a limit that a restart of the metric store exceeds aborts every rollout in flight.',
    example: 'The default of 4 aborts after 40 s without Prometheus.',
    failureMessage: '{metric} aborts after {seconds} s without an answer',
    solution: 'Set consecutiveErrorLimit to 30 or more: five minutes, in which Prometheus has replayed its log.',
    severity: 'warn',
  }),
  fixedCanary: rule('rollout.fixed_canary', {
    trap: 'V20',
    id: 'LNT-17',
    title: 'Pods grow with the weight',
    description: 'setCanaryScale stays in force until it is lifted: a fixed number of pods gets a growing share.',
    example: 'setCanaryScale {replicas: 1}, then setWeight 50 of 10 replicas: one pod gets the load of five.',
    failureMessage: '{weight} percent go to {pods} pods, the load of {needed}',
    solution: 'Put setCanaryScale {matchTrafficWeight: true} before the weight rises.',
    severity: 'warn',
  }),
  stuck: rule('rollout.stuck_weight', {
    trap: 'V21',
    id: 'LNT-18',
    title: 'An abort moves the traffic back',
    description:
      'Where no Service selector leads back, an abort moves the weight only once all stable pods are available (rollout/trafficrouting.go: checkReplicasAvailable).',
    example: 'One stable pod is not ready: the bad canary keeps its share until it is.',
    failureMessage: 'may keep its weight after an abort: {reason}, and no replicaProgressThreshold',
    solution: 'Set spec.strategy.canary.replicaProgressThreshold, or route by Services.',
    severity: 'warn',
  }),
} as const;

export type LintCode = keyof typeof lintRules;
