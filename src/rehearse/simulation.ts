import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { AnalysisTemplate, MetricSpec } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { type AnalysisRun, dueMeasurements, isCompleted, nextLookAt, type Sample, stepAnalysisRun } from './analysis-run.ts';
import { applyEvent } from './apply-event.ts';
import { type Outcome, settledOutcome, unsettledOutcome } from './outcome.ts';
import { countPods, Pods } from './pods.ts';
import { type PreparedRuns, prepareRuns } from './prepare-run.ts';
import { emptyState, type RolloutState, stateAtRest } from './rollout-state.ts';
import { stepRollout } from './step-rollout.ts';
import { defaultLatency, type Latency, type Random, type SimulationOptions, type World, type WorldEvent } from './world.ts';

/** Is told of every state after each thing that happened; times in seconds of the virtual clock. */
export type Observer = (at: number, state: RolloutState, runs: readonly AnalysisRun[]) => void;

const never = Number.POSITIVE_INFINITY;
/** The controller looks at every Rollout again after this (`controller/controller.go`). */
const resyncSeconds = 900;
/** More than any real course has in a row at one moment: beyond it the controller would turn in circles. */
const mostAtOneMoment = 10_000;

/** A run and when it is looked at next; while a measurement takes time, what it will come to. */
interface Queued {
  run: AnalysisRun;
  at: number;
  samples: Sample[] | undefined;
  before: AnalysisRun;
}

/** The world of one Rollout: a virtual clock, and what happens next. Runs once. */
export class Simulation {
  readonly #world: World;
  readonly #options: SimulationOptions;
  readonly #latency: Latency;
  readonly #random: Random;
  readonly #templates: readonly AnalysisTemplate[];
  readonly #observe: Observer;
  readonly #start: number;
  #prepared: PreparedRuns;
  #state: RolloutState;
  #now: number;
  #rolloutAt = never;
  #resyncAt: number;
  /** When the controller of ReplicaSets looks at a set that was scaled, by template. */
  readonly #syncs = new Map<string, number>();
  #podsAt = never;
  #nextEvent = 0;
  /** Events up to here change the Rollout; what pods do later leaves an outcome as it is. */
  readonly #deliberate: number;
  #abortedAt: number | undefined;
  readonly #pods = new Map<string, Pods>();
  #runs: Queued[] = [];

  constructor(spec: RolloutSpec, templates: readonly AnalysisTemplate[], world: World, options: SimulationOptions, observe: Observer) {
    this.#world = world;
    this.#options = options;
    this.#latency = options.latency ?? defaultLatency;
    this.#templates = templates;
    this.#observe = observe;
    const generator = xoroshiro128plus(options.seed);
    this.#random = () => uniformFloat64(generator);
    this.#start = options.startAt ?? 0;
    this.#now = this.#start;
    this.#resyncAt = this.#start + resyncSeconds;
    this.#prepared = prepareRuns(spec, templates);
    this.#deliberate = world.events.findLastIndex(({ kind }) => kind !== 'podsUnready' && kind !== 'podsReady') + 1;
    const [first] = world.events;
    if (world.initial !== undefined) {
      this.#state = stateAtRest(spec, world.initial, this.#start);
      this.#pods.set(world.initial, new Pods(spec.minReadySeconds, Array<number>(spec.replicas).fill(this.#start - spec.minReadySeconds - 1)));
    } else {
      this.#state = emptyState(spec, first?.kind === 'release' ? first.template : '');
    }
  }

  /** Goes from one thing to the next until the end. @throws Error when the same moment does not come to an end. */
  run(): { readonly outcome: Outcome; readonly endedAt: number; readonly abortedAt: number | undefined; readonly state: RolloutState } {
    this.#observe(this.#now, this.#state, []);
    for (let atOneMoment = 0; ; ) {
      const next = this.#nextAt();
      if (next === never || next > this.#start + this.#options.until) break;
      atOneMoment = next > this.#now ? 0 : atOneMoment + 1;
      if (atOneMoment > mostAtOneMoment) throw new Error(`the simulated controller turns in circles at ${next} s`);
      this.#now = Math.max(next, this.#now);
      this.#happen();
      const outcome = this.#nextEvent < this.#deliberate ? undefined : settledOutcome(this.#state, this.#world.initial);
      if (outcome !== undefined && this.#options.stop === 'outcome') return this.#result(outcome);
    }
    return this.#result(settledOutcome(this.#state, this.#world.initial) ?? unsettledOutcome(this.#state));
  }

  #result(outcome: Outcome): ReturnType<Simulation['run']> {
    return { outcome, endedAt: this.#now, abortedAt: this.#abortedAt, state: this.#state };
  }

  #eventAt(): number {
    const event = this.#world.events[this.#nextEvent];
    return event === undefined ? never : this.#start + event.at;
  }

  /** Second of what comes next; a resync alone keeps nothing going that waits for nothing. */
  #nextAt(): number {
    const next = Math.min(this.#eventAt(), this.#rolloutAt, this.#syncAt(), this.#podsAt, this.#runAt());
    return next === never ? never : Math.min(next, this.#resyncAt);
  }

  #runAt(): number {
    let next = never;
    for (const { at } of this.#runs) if (at < next) next = at;
    return next;
  }

  /** One thing: world before pods before sets before runs before the Rollout, where they come at the same moment. */
  #happen(): void {
    const now = this.#now;
    if (this.#eventAt() <= now) this.#event(this.#world.events[this.#nextEvent++] as WorldEvent);
    else if (this.#podsAt <= now) this.#countPods();
    else if (this.#syncAt() <= now) this.#syncSets();
    else if (this.#runAt() <= now) this.#look(this.#runs.find(({ at }) => at <= now) as Queued);
    else if (this.#rolloutAt <= now) this.#reconcile();
    else {
      this.#resyncAt = now + resyncSeconds;
      this.#rolloutAt = now;
      return;
    }
    const runs = this.#runs.map(({ run }) => run);
    this.#observe(now, this.#state, runs);
  }

  #after(seconds: number): number {
    const { spread } = this.#latency;
    return this.#now + (spread === 1 ? seconds : seconds * (1 + this.#random() * (spread - 1)));
  }

  #callRollout(): void {
    this.#rolloutAt = Math.min(this.#rolloutAt, this.#after(this.#latency.rollout));
  }

  #event(event: WorldEvent): void {
    if (event.kind === 'podsUnready') this.#pods.get(event.template)?.damage(event.count, this.#now);
    if (event.kind === 'podsReady') this.#pods.get(event.template)?.repair(this.#now);
    if (event.kind === 'podsUnready' || event.kind === 'podsReady') return void this.#countPods();
    this.#state = applyEvent(this.#state, event);
    if (event.kind === 'steps') this.#prepared = prepareRuns(this.#state.spec, this.#templates);
    this.#callRollout();
  }

  #reconcile(): void {
    this.#rolloutAt = never;
    const before = this.#state;
    const runs = this.#runs.map(({ run }) => run);
    const { state, created, terminated, wakeAt } = stepRollout({
      state: before,
      runs,
      prepared: this.#prepared,
      version: this.#options.version,
      now: this.#now,
    });
    this.#state = state;
    this.#rolloutAt = wakeAt;
    if (state.status.abort && !before.status.abort) this.#abortedAt ??= this.#now;
    for (const id of terminated) this.#terminate(id);
    for (const run of created) this.#runs.push({ run, before: run, at: this.#after(this.#latency.analysis), samples: undefined });
    if (state === before) return;
    this.#callRollout();
    if (state.sets !== before.sets) this.#callSets();
    this.#forgetRuns();
  }

  #terminate(id: number): void {
    const queued = this.#runs.find(({ run }) => run.id === id);
    if (queued === undefined) return;
    queued.run = { ...queued.run, terminate: true };
    if (queued.samples === undefined) queued.at = Math.min(queued.at, this.#after(this.#latency.analysis));
  }

  /** Runs that have ended and that the status no longer names play no part any more. */
  #forgetRuns(): void {
    const { stepRun, backgroundRun } = this.#state.status;
    if (this.#runs.some(({ run }) => isCompleted(run.phase) && run.id !== stepRun?.id && run.id !== backgroundRun?.id))
      this.#runs = this.#runs.filter(({ run }) => !isCompleted(run.phase) || run.id === stepRun?.id || run.id === backgroundRun?.id);
  }

  /** A look at a run begins its due measurements; when they take time, it ends with the slowest. */
  #look(queued: Queued): void {
    if (queued.samples !== undefined) {
      this.#judge(queued, queued.samples);
      return;
    }
    queued.before = queued.run;
    const { run } = queued;
    const samples = dueMeasurements(run, this.#now).map((metric) => this.#measure(run, metric));
    const end = samples.reduce((latest, { finishedAt }) => Math.max(latest, finishedAt), this.#now);
    queued.samples = samples;
    queued.at = end;
    if (end === this.#now) this.#judge(queued, samples);
  }

  #measure(run: AnalysisRun, metric: number): Sample {
    const { phase, latency } = this.#world.measure(run.spec.metrics[metric] as MetricSpec, run.startedAt ?? this.#now, this.#now, run.template, run.step);
    return { metric, phase, finishedAt: this.#now + latency };
  }

  #judge(queued: Queued, samples: readonly Sample[]): void {
    const judged = stepAnalysisRun(queued.before, samples, this.#now);
    if (judged.phase !== queued.before.phase) this.#callRollout();
    queued.run = queued.run.terminate && !judged.terminate ? { ...judged, terminate: true } : judged;
    queued.samples = undefined;
    const next = nextLookAt(queued.run);
    queued.at = next === never ? never : Math.max(next, judged === queued.before ? this.#now : this.#after(this.#latency.analysis));
  }

  #callSets(): void {
    for (const { template, replicas } of this.#state.sets)
      if (replicas !== this.#podsOf(template).count && !this.#syncs.has(template)) this.#syncs.set(template, this.#after(this.#latency.sets));
  }

  #syncAt(): number {
    let next = never;
    for (const at of this.#syncs.values()) if (at < next) next = at;
    return next;
  }

  /** The controller of ReplicaSets makes and takes away pods. */
  #syncSets(): void {
    for (const [template, at] of this.#syncs) {
      if (at > this.#now) continue;
      this.#syncs.delete(template);
      const replicas = this.#state.sets.find((set) => set.template === template)?.replicas ?? 0;
      this.#podsOf(template).scale(replicas, () => this.#now + (this.#world.readyAfter(template, this.#random) ?? never));
    }
    this.#countPods();
  }

  #podsOf(template: string): Pods {
    const pods = this.#pods.get(template) ?? new Pods(this.#state.spec.minReadySeconds);
    this.#pods.set(template, pods);
    return pods;
  }

  #countPods(): void {
    const { sets, nextAt, isChanged } = countPods(this.#state.sets, (template) => this.#podsOf(template), this.#now);
    this.#podsAt = nextAt;
    if (!isChanged) return;
    this.#state = { ...this.#state, sets };
    this.#callRollout();
  }
}
