import type { PodView, StatefulView } from '#promotion/partition.ts';

/** Takes one pod's readiness away for a while, whatever the controller does. */
export interface ReadinessFault {
  /** Milliseconds after the start of the simulation. */
  readonly atMs: number;
  readonly forMs: number;
  readonly ordinal: number;
}

export interface SimulationSettings {
  readonly replicas: number;
  readonly policy?: 'OrderedReady' | 'Parallel';
  /** From a commit to its application in the cluster, milliseconds. */
  readonly syncMs?: number;
  /** Between two actions of the StatefulSet controller, milliseconds. */
  readonly controllerMs?: number;
  /** From the creation of a pod to its readiness, milliseconds. */
  readonly startMs?: number;
  readonly minReadyMs?: number;
  readonly faults?: readonly ReadinessFault[];
  /** Ordinals whose pods never get ready with a release; all when undefined. */
  readonly broken?: { readonly release: string; readonly ordinals?: readonly number[] };
}

interface SimulatedPod {
  readonly ordinal: number;
  readonly revision: string;
  readonly startedAt: number;
  readySince: number | undefined;
}

const tickMs = 1000;

/** A small model of a StatefulSet, its controller and the delivery from Git, in virtual time. Only tests use it. */
export class SimulatedSet {
  readonly #settings: Required<Omit<SimulationSettings, 'broken'>> & Pick<SimulationSettings, 'broken'>;
  #nowMs = 0;
  #commits: { readonly atMs: number; readonly release: string; readonly partition: number }[] = [];
  #spec: { release: string; partition: number; generation: number };
  #status: { currentRevision: string; updateRevision: string; observedGeneration: number };
  #pods: SimulatedPod[];
  #controllerAt = 0;
  readonly #taken = new Set<number>();
  /** Called after every tick. */
  onTick: (set: SimulatedSet) => void = () => {};

  constructor(release: string, settings: SimulationSettings) {
    this.#settings = { policy: 'OrderedReady', syncMs: 3000, controllerMs: 1000, startMs: 5000, minReadyMs: 0, faults: [], ...settings };
    this.#spec = { release, partition: 0, generation: 1 };
    this.#status = { currentRevision: release, updateRevision: release, observedGeneration: 1 };
    const pod = (ordinal: number): SimulatedPod => ({ ordinal, revision: release, startedAt: -1e6, readySince: -1e6 });
    this.#pods = Array.from({ length: settings.replicas }, (_, ordinal) => pod(ordinal));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get readyCount(): number {
    return this.#pods.filter((p) => p.readySince !== undefined).length;
  }

  /** Pods that were ready when the controller replaced them, and have not been ready since. */
  get downByUpdate(): number {
    return this.#taken.size;
  }

  get revisions(): string[] {
    return Array.from({ length: this.#settings.replicas }, (_, i) => this.#pods.find((p) => p.ordinal === i)?.revision ?? '');
  }

  commit(release: string, partition: number): void {
    this.#commits.push({ atMs: this.#nowMs + this.#settings.syncMs, release, partition });
  }

  /** A person deletes a pod. */
  deletePod(ordinal: number): void {
    this.#pods = this.#pods.filter((p) => p.ordinal !== ordinal);
  }

  view(): StatefulView {
    const pods = this.#pods.map((p): PodView => {
      const seen = { name: `agent-${p.ordinal}`, ordinal: p.ordinal, revision: p.revision, ready: p.readySince !== undefined };
      return p.readySince === undefined ? seen : { ...seen, readySince: p.readySince };
    });
    return { replicas: this.#settings.replicas, partition: this.#spec.partition, generation: this.#spec.generation, ...this.#status, pods };
  }

  advance(milliseconds: number): void {
    const until = this.#nowMs + milliseconds;
    while (this.#nowMs < until) {
      this.#nowMs += tickMs;
      this.#deliver();
      this.#setReadiness();
      if (this.#nowMs >= this.#controllerAt) {
        this.#control();
        this.#controllerAt = this.#nowMs + this.#settings.controllerMs;
      }
      this.onTick(this);
    }
  }

  #deliver(): void {
    const due = this.#commits.filter((c) => c.atMs <= this.#nowMs);
    this.#commits = this.#commits.filter((c) => c.atMs > this.#nowMs);
    for (const { release, partition } of due.slice(-1)) {
      const isChange = release !== this.#spec.release || partition !== this.#spec.partition;
      this.#spec = { release, partition, generation: this.#spec.generation + (isChange ? 1 : 0) };
    }
  }

  #setReadiness(): void {
    for (const pod of this.#pods) {
      const isReady = this.#nowMs - pod.startedAt >= this.#settings.startMs && !this.#isBroken(pod) && !this.#isFaulty(pod);
      pod.readySince = isReady ? (pod.readySince ?? this.#nowMs) : undefined;
      if (isReady) this.#taken.delete(pod.ordinal);
    }
  }

  #isBroken(pod: SimulatedPod): boolean {
    const { broken } = this.#settings;
    return broken?.release === pod.revision && (broken.ordinals?.includes(pod.ordinal) ?? true);
  }

  #isFaulty(pod: SimulatedPod): boolean {
    return this.#settings.faults.some((f) => f.ordinal === pod.ordinal && f.atMs <= this.#nowMs && this.#nowMs < f.atMs + f.forMs);
  }

  /** As Kubernetes 1.37.2 was seen to act: create what is missing; OrderedReady then waits for health before it replaces anything. */
  #control(): void {
    this.#status = { ...this.#status, updateRevision: this.#spec.release, observedGeneration: this.#spec.generation };
    const { replicas, policy } = this.#settings;
    for (let ordinal = 0; ordinal < replicas; ordinal++) {
      const pod = this.#pods.find((p) => p.ordinal === ordinal);
      if (!pod) this.#create(ordinal);
      if (policy === 'OrderedReady' && !(pod && this.#isAvailable(pod))) return;
    }
    this.#complete();
    this.#update();
  }

  /** Replaces an outdated pod that is not available, or the highest outdated one when all are available. */
  #update(): void {
    const outdated = this.#pods.filter((p) => p.ordinal >= this.#spec.partition && p.revision !== this.#status.updateRevision);
    const down = this.#pods.filter((p) => !this.#isAvailable(p));
    const [next] = outdated.filter((p) => down.length === 0 || down.includes(p)).sort((a, b) => b.ordinal - a.ordinal);
    if (!next) return;
    if (next.readySince !== undefined) this.#taken.add(next.ordinal);
    this.deletePod(next.ordinal);
  }

  #complete(): void {
    const isDone = this.#pods.every((p) => p.revision === this.#status.updateRevision && this.#isAvailable(p));
    if (isDone && this.#pods.length === this.#settings.replicas) this.#status = { ...this.#status, currentRevision: this.#status.updateRevision };
  }

  #isAvailable(pod: SimulatedPod): boolean {
    return pod.readySince !== undefined && this.#nowMs - pod.readySince >= this.#settings.minReadyMs;
  }

  #create(ordinal: number): void {
    const revision = ordinal >= this.#spec.partition ? this.#status.updateRevision : this.#status.currentRevision;
    this.#pods.push({ ordinal, revision, startedAt: this.#nowMs, readySince: undefined });
  }
}
