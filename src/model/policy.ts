import type { ChangeFacts } from './change-facts.ts';
import type { RecordFacts } from './record-facts.ts';

/** Values that cross the border to the policies. Every one is plain JSON; quantities and images are already normalised. */

export type JsonPath = readonly (string | number)[];

type RootKind = 'agent' | 'cluster' | 'facts' | 'component' | 'bootstrap';

/** One directory that Argo CD or a person builds with kustomize. */
export interface Root {
  /** Directory relative to the repository, `.` for the repository itself. */
  readonly path: string;
  readonly kind: RootKind;
  readonly agent?: string;
  readonly component?: string;
  readonly cluster?: string;
  readonly ring?: string;
  readonly tier?: string;
}

export interface ImageInput {
  /** The text as rendered; empty when the container has none. */
  readonly raw: string;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** CPU in cores, memory and storage in bytes; only what the manifest states. */
export type ResourceAmounts = Readonly<Record<string, number>>;

export interface ContainerInput {
  readonly name: string;
  readonly role: 'main' | 'init' | 'ephemeral';
  /** Path of the container inside its object. */
  readonly path: JsonPath;
  readonly container: Readonly<Record<string, unknown>>;
  readonly image: ImageInput;
  readonly requests: ResourceAmounts;
  readonly limits: ResourceAmounts;
}

/** The pod template inside a Rollout, Deployment, StatefulSet, DaemonSet, Job, CronJob, Pod or AnalysisTemplate job. */
export interface WorkloadInput {
  readonly kind: string;
  /** Pods asked for: `spec.replicas`; null where an autoscaler or the kind decides. */
  readonly replicas: number | null;
  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Path of the pod spec inside the object. */
  readonly path: JsonPath;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly containers: readonly ContainerInput[];
}

export interface ObjectInput {
  /** `<apiVersion>/<kind>/<namespace or ->/<name>`. */
  readonly id: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly workloads: readonly WorkloadInput[];
  /** Models, prompts, policy bundles and images that a ConfigMap names; absent for other kinds. */
  readonly artefacts?: readonly ArtefactInput[];
}

/** One artefact that run-time configuration names. */
export interface ArtefactInput {
  /** Path inside the ConfigMap: `data`, the key, then the path inside the document under the key. */
  readonly path: JsonPath;
  /** Key that names it: `model`, `prompt`, ... */
  readonly role: string;
  readonly reference: string;
}

/** Input of one evaluation over what kustomize rendered for one root at head. */
export interface RootInput {
  readonly scope: 'root';
  readonly root: Root;
  readonly objects: readonly ObjectInput[];
  /** Same root at the base revision, reduced to what rules compare: containers by object id. Null when the root is new. */
  readonly base: { readonly containers: Readonly<Record<string, readonly string[]>> } | null;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
}

export interface FileInput extends ChangedFile {
  /** The immutable directory that holds the file (`agents/<a>/config/<n>`, `.../releases/<v>`, `agents/_traits/<t>/v<n>`, ...), or null. */
  readonly unit: { readonly path: string; readonly inBase: boolean; readonly inHead: boolean; readonly referenced: boolean } | null;
}

export interface ChangedRootInput extends Root {
  readonly change: 'added' | 'removed' | 'changed';
  readonly clusters: readonly string[];
  readonly waves: readonly string[];
  readonly environments: readonly string[];
}

/** An object that a change removes or changes in place, of the kinds for which that can not be taken back, and of those that judge others. */
export interface ObjectChangeInput {
  readonly root: string;
  readonly id: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly change: 'removed' | 'changed';
  /** Places inside the object whose values differ; empty for a removed object. */
  readonly paths: readonly JsonPath[];
  /** A ConfigMap or Secret that says of itself that its data never changes. */
  readonly immutable: boolean;
}

/** A pin that a change moves to another release. */
export interface PromotionInput {
  readonly agent: string;
  readonly ring: string;
  readonly from: string;
  readonly to: string;
  /** By Semantic Versioning; `unknown` when a release is no version. */
  readonly direction: 'up' | 'down' | 'unknown';
  /** Earlier rings of the agent that still run an older release at head. */
  readonly skipped: readonly string[];
}

interface Capacity {
  /** Cores or GiB that the pinned agents request. */
  readonly requested: number;
  /** Cores or GiB that the nodes can give to agents. */
  readonly budget: number;
  readonly percent: number;
  /** Percent at the base; null when there is none. */
  readonly before: number | null;
  /** Cores or GiB that this change adds; null without a base. */
  readonly delta: number | null;
}

/** Devices like GPUs. Only the caps of the agents in a cluster say how many of them may be taken. */
interface Accelerators {
  /** Sum of the caps; null where the facts state none. */
  readonly promised: number | null;
  /** Devices of the nodes, in production without those of one node. */
  readonly budget: number;
  /** How many more were promised than there are at the base; null when there is none, or no caps. */
  readonly before: number | null;
}

/** Requests of all agents against the nodes, by cluster. */
export interface CapacityInput {
  readonly clusters: Readonly<Record<string, { readonly cpu: Capacity; readonly memory: Capacity; readonly gpu: Accelerators }>>;
}

/** Input of the one evaluation over the pull request as a whole. */
export interface ChangeInput {
  readonly scope: 'change';
  readonly files: readonly FileInput[];
  /** Only roots whose rendered output differs. */
  readonly roots: readonly ChangedRootInput[];
  /** Agents that each cluster's rendered Applications declare at head; null when the change reaches no cluster root. */
  readonly inventory: { readonly clusters: Readonly<Record<string, { readonly agents: readonly string[] }>> } | null;
  readonly objects: readonly ObjectChangeInput[];
  /** Null when the facts of the base can not be read. */
  readonly promotions: readonly PromotionInput[] | null;
  readonly capacity: CapacityInput;
  /** What the change does to the facts; null when the facts of the base can not be read. */
  readonly facts: ChangeFacts | null;
  /** What records say of what the change moves; null when the facts of the base can not be read. */
  readonly records: RecordFacts | null;
}

export type PolicyInput = RootInput | ChangeInput;

/** What a rule returns; the code is added by the generic main from the package path. */
export interface PolicyResult {
  readonly code: string;
  readonly object: string;
  readonly path: JsonPath;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What one evaluation returns. */
export interface PolicyVerdict {
  readonly deny: readonly PolicyResult[];
  readonly undecided: readonly PolicyResult[];
  /** Codes of all rules that were found, whatever they said. */
  readonly rules: readonly string[];
}
