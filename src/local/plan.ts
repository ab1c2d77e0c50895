import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Ports } from './layout.ts';

/** What `local up` decided, for the supervisor and the parts. */
export interface Plan {
  /** Scratch folder of this control plane. */
  readonly root: string;
  /** Folder of the engine, with `.tools/bin`. */
  readonly engineRoot: string;
  /** Cluster whose overlay is applied. */
  readonly cluster: string;
  /** Address of the repository as the fleet's Applications name it, like https://git.norvik.example/ran/ranfleet.git. */
  readonly repositoryUrl: string;
  /** Durations of canary steps and analyses are divided by this; 1 leaves them. */
  readonly timeScale: number;
  /** Seed of the simulated metrics. */
  readonly seed: number;
  /** Leave the Applications alone: only the control plane is started. */
  readonly bare: boolean;
  /** Start nothing but Kubernetes, its simulated kubelets and Argo Rollouts: what the conformance of the simulator needs. */
  readonly canaryOnly?: boolean;
  readonly nodes: { readonly count: number; readonly cpu: number; readonly memoryGi: number };
  readonly zoneCount: number;
  readonly ports: Ports;
}

export const loopback = '127.0.0.1';

/** Path of a pinned program. */
export const bin = (plan: Plan, name: string): string => path.join(plan.engineRoot, '.tools', 'bin', name);

export const readPlan = (file: string): Plan => JSON.parse(readFileSync(file, 'utf8')) as Plan;

/** When a part counts as started. */
export interface Ready {
  readonly scheme: 'http' | 'https' | 'tcp';
  readonly port: number;
  readonly path?: string;
}

/** One process of the control plane. */
export interface Part {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly ready: Ready;
}

type Phase = 'starting' | 'ready' | 'failed' | 'stopping';

export interface PartState {
  readonly name: string;
  readonly pid?: number;
  /** Start time in clock ticks since boot, from /proc: tells a process from a later one with the same id. */
  readonly startTicks?: number;
  readonly status: 'waiting' | 'starting' | 'running' | 'crashed' | 'stopped';
  readonly restarts: number;
  readonly lastExit?: string;
}

/** What `local status` reads; written by the supervisor alone. */
export interface PlaneState {
  readonly phase: Phase;
  /** What is being done, or what went wrong. */
  readonly message: string;
  readonly supervisor: { readonly pid: number; readonly startTicks: number };
  readonly parts: readonly PartState[];
  readonly startedAt: string;
  /** Seconds from the start to ready. */
  readonly readySeconds?: number;
  /** Applications that can not be synced here, each with the reason. */
  readonly leftOut: readonly { readonly application: string; readonly reason: string }[];
}
