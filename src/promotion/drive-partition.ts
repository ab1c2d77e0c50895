import { GateError, messageOf } from '#model/errors.ts';
import { firstStep, mostCareful, nextStep, type QuorumRule, readyPods, type StatefulView, type Step, type StepOptions, waitOrGoBack } from './partition.ts';
import { type RestorePorts, restore } from './restore.ts';

/** One commit on the pin; without a partition its patch is removed. */
export interface PinChange {
  readonly release: string;
  readonly partition?: number;
  readonly message: string;
}

export type PartitionEvent =
  | { readonly type: 'published'; readonly change: PinChange; readonly commit: string }
  | { readonly type: 'observed'; readonly readyPods: number; readonly step: Step }
  | { readonly type: 'blind'; readonly message: string };

type Judgement = 'good' | 'bad' | 'unknown';

/** The world of the driver. A port must end by itself in bounded time; one that fails has told nothing. */
export interface PartitionPorts {
  /** Brings one commit to the branch that the cluster follows, and returns its id. */
  publish(change: PinChange): Promise<string>;
  /** The StatefulSet now, or those of all clusters that follow the pin, always in the same order. */
  view(): Promise<StatefulView | readonly StatefulView[]>;
  /** What the error metric of the agent says; without this port it is not asked for. */
  judge?(): Promise<Judgement>;
  /** Deletes a pod that blocks the way back; without this port a person must. Never called on the way forward. */
  replacePod?(name: string, place: number): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
  onEvent(event: PartitionEvent): void;
}

export interface PartitionPlan {
  readonly agent: string;
  /** The release that runs now, and to which the driver goes back. */
  readonly from: string;
  readonly to: string;
  readonly rule: QuorumRule;
  /** How long each pod must have been Ready, milliseconds. */
  readonly minReadyMs: number;
  /** Longest time of one step from its commit to its proof, milliseconds. */
  readonly stepDeadlineMs: number;
  /** Time between two observations, milliseconds. */
  readonly pollMs: number;
}

interface PartitionStep {
  readonly partition: number;
  readonly commit: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** When the step was proven, epoch milliseconds; absent when it never was. */
  readonly readyAt?: number;
}

export interface PartitionResult {
  readonly outcome: 'finished' | 'went-back' | 'refused';
  readonly steps: readonly PartitionStep[];
  /** Fewest ready pods of one StatefulSet in any observation, the way back included; 0 when nothing was ever seen. */
  readonly minReadyPods: number;
  readonly reason?: string;
  /** The commit that ended the update: it removes the patch, and on the way back names the former release too. */
  readonly lastCommit?: string;
  /** Only after going back: what one commit restored. */
  readonly restored?: { readonly complete: boolean; readonly note: string };
}

/**
 * Moves a stateful agent to another release, one pod at a time, by one commit per step. Ends in every case: finished, gone
 * back, or refused before anything was published.
 * @throws GateError GATE_PUBLISH_FAILED when the commit that ends the update can not be published; the pin then still has its patch.
 */
export const drivePartition = (plan: PartitionPlan, ports: PartitionPorts): Promise<PartitionResult> => new PartitionRun(plan, ports).drive();

class PartitionRun {
  readonly #plan: PartitionPlan;
  readonly #ports: PartitionPorts;
  readonly #steps: PartitionStep[] = [];
  #before: readonly StatefulView[] = [];
  #minReady = Number.POSITIVE_INFINITY;

  constructor(plan: PartitionPlan, ports: PartitionPorts) {
    this.#plan = plan;
    this.#ports = ports;
  }

  async drive(): Promise<PartitionResult> {
    let step = await this.#start();
    if (step.action !== 'advance') return this.#result({ outcome: 'refused', ...reasonOf(step) });
    while (step.action === 'advance') step = await this.#take(step.partition);
    if (step.action !== 'finish') return this.#goBack(reasonOf(step).reason ?? '');
    const lastCommit = await this.#end(this.#plan.to, `${this.#plan.agent}: ${this.#plan.to} runs on all pods`);
    return this.#result({ outcome: 'finished', lastCommit });
  }

  /** Waits for the agent to be at rest; nothing is published yet. */
  async #start(): Promise<Step> {
    const startedAt = this.#ports.now();
    const step = await this.#watch(startedAt, this.#plan.stepDeadlineMs, (views, options) => {
      this.#before = views;
      return mostCareful(
        views.map((view) => firstStep(view, this.#plan.rule, options)),
        options,
      );
    });
    return step.action === 'go-back' ? { action: 'refuse', reason: step.reason } : step;
  }

  /** Publishes one partition and waits for its proof. */
  async #take(partition: number): Promise<Step> {
    const { agent, to, rule, stepDeadlineMs } = this.#plan;
    const startedAt = this.#ports.now();
    let commit: string;
    try {
      commit = await this.#publish({ release: to, partition, message: `${agent}: ${to} on the pods from ordinal ${partition} on` });
    } catch (error) {
      return { action: 'go-back', reason: `the step to partition ${partition} could not be published: ${messageOf(error)}` };
    }
    const isFirst = this.#steps.length === 0;
    const step = await this.#watch(startedAt, stepDeadlineMs, (views, options) => {
      if (views.length !== this.#before.length) return waitOrGoBack(`${views.length} of ${this.#before.length} StatefulSets were seen`, options);
      const steps = views.map((view, i) => nextStep(view, rule, { ...options, published: this.#published(partition, isFirst ? this.#before[i] : undefined) }));
      return mostCareful(steps, options);
    });
    const proven = step.action === 'advance' || step.action === 'finish';
    this.#steps.push({ partition, commit, startedAt, ...(proven ? { readyAt: this.#ports.now() } : {}) });
    return step;
  }

  /** Where the live partition was the same before, as with one replica, only another revision proves that the release has arrived. */
  #published(partition: number, before: StatefulView | undefined): NonNullable<StepOptions['published']> {
    return before?.partition === partition ? { partition, formerRevision: before.updateRevision } : { partition };
  }

  /** Observes until there is something to do. Each observation counts for `minReadyPods`. */
  async #watch(startedAt: number, deadlineMs: number, decide: (views: readonly StatefulView[], options: StepOptions) => Step): Promise<Step> {
    for (;;) {
      const views = await this.#look();
      const judgement = await this.#judge();
      const options = { nowMs: this.#ports.now(), minReadyMs: this.#plan.minReadyMs, stepStartedAtMs: startedAt, stepDeadlineMs: deadlineMs };
      const step = judged(decide(views, options), judgement, options);
      this.#ports.onEvent({ type: 'observed', readyPods: views.length === 0 ? 0 : Math.min(...views.map(readyPods)), step });
      if (step.action !== 'wait') return step;
      await this.#ports.pause(this.#plan.pollMs);
    }
  }

  async #look(): Promise<readonly StatefulView[]> {
    try {
      const seen = await this.#ports.view();
      const views = 'pods' in seen ? [seen] : seen;
      this.#minReady = Math.min(this.#minReady, ...views.map(readyPods));
      return views;
    } catch (error) {
      this.#ports.onEvent({ type: 'blind', message: `the StatefulSet could not be read: ${messageOf(error)}` });
      return [];
    }
  }

  async #judge(): Promise<Judgement> {
    try {
      return this.#ports.judge ? await this.#ports.judge() : 'good';
    } catch (error) {
      this.#ports.onEvent({ type: 'blind', message: `the error metric could not be read: ${messageOf(error)}` });
      return 'unknown';
    }
  }

  async #publish(change: PinChange): Promise<string> {
    const commit = await this.#ports.publish(change);
    this.#ports.onEvent({ type: 'published', change, commit });
    return commit;
  }

  async #end(release: string, message: string): Promise<string> {
    try {
      return await this.#publish({ release, message });
    } catch (error) {
      throw new GateError('GATE_PUBLISH_FAILED', 'undecided', `${this.#plan.agent}: the pin of release ${release} without a partition could not be published`, {
        hint: `Commit the pin with release ${release} and without the patch by hand.`,
        cause: error,
      });
    }
  }

  /** One commit names the former release and removes the patch: the controller then restores every updated pod. */
  async #goBack(reason: string): Promise<PartitionResult> {
    const { agent, from, stepDeadlineMs, pollMs } = this.#plan;
    const lastCommit = await this.#end(from, `${agent}: back to ${from}: ${reason}`);
    const ports = { ...this.#restorePorts(), look: () => this.#look(), tell: (message: string) => this.#ports.onEvent({ type: 'blind', message }) };
    const missing = await restore(this.#before, ports, { deadlineMs: stepDeadlineMs * Math.max(1, this.#steps.length), pollMs });
    const note =
      missing === undefined
        ? `one commit restored all updated pods to ${from}`
        : `the commit asks for ${from} on all pods, but ${missing}; under OrderedReady an updated pod that never gets ready must be deleted by hand`;
    return this.#result({ outcome: 'went-back', reason, lastCommit, restored: { complete: missing === undefined, note } });
  }

  #restorePorts(): Pick<RestorePorts, 'now' | 'pause' | 'replacePod'> {
    const { now, pause, replacePod } = this.#ports;
    const bound = { now: now.bind(this.#ports), pause: pause.bind(this.#ports) };
    return replacePod ? { ...bound, replacePod: replacePod.bind(this.#ports) } : bound;
  }

  #result(parts: Omit<PartitionResult, 'steps' | 'minReadyPods'>): PartitionResult {
    return { ...parts, steps: this.#steps, minReadyPods: Number.isFinite(this.#minReady) ? this.#minReady : 0 };
  }
}

const reasonOf = (step: Step): { reason?: string } => ('reason' in step ? { reason: step.reason } : {});

/** Only a good metric lets a proven step go on; a bad one ends the update at once. */
const judged = (step: Step, judgement: Judgement, options: StepOptions): Step => {
  if (step.action === 'go-back' || step.action === 'refuse') return step;
  if (judgement === 'bad') return { action: 'go-back', reason: 'the error metric of the agent is bad' };
  if (judgement === 'good' || step.action === 'wait') return step;
  return waitOrGoBack('the error metric of the agent says nothing', options);
};
