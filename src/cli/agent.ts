import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { repositoryRoot, worktreeSnapshot } from '#adapters/git.ts';
import { planNewAgent, planRevision } from '#fleet/plan-agent.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { writePlanned } from './generate.ts';
import type { Output } from './output.ts';

export interface AgentOptions {
  readonly facts?: string;
  readonly digest?: string;
  readonly release?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly tier?: string;
  readonly state?: string;
  readonly summary?: string;
  readonly place?: string | readonly string[];
}

/** `ranfleet agent new <name>` and `ranfleet agent revise <name>`. */
export const agentCommand = (directory: string, action: string, name: string, options: AgentOptions, output: Output): ExitCode => {
  const repository = repositoryRoot(directory);
  const snapshot = worktreeSnapshot(repository);
  const fleet = readFleet(snapshot);
  const digest = digestOf(options);
  if (action !== 'new' && action !== 'revise') {
    throw new GateError('GATE_USAGE', 'usage', `agent ${action} is unknown`, { hint: 'Say `ranfleet agent new <name>` or `ranfleet agent revise <name>`.' });
  }
  const planned =
    action === 'new' ? planNewAgent(fleet, snapshot, factsOf(name, options), digest) : planRevision(fleet, snapshot, name, releaseOf(options), digest);
  writePlanned(repository, planned, output);
  return exitCodes.allow;
};

const digestOf = ({ digest }: AgentOptions): string => {
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new GateError('GATE_USAGE', 'usage', `--digest is ${digest ?? 'missing'}`, { hint: 'Give the image digest: --digest sha256:<64 hex digits>' });
};

const releaseOf = ({ release }: AgentOptions): string => {
  if (release !== undefined && /^\d+\.\d+\.\d+$/.test(release)) return release;
  throw new GateError('GATE_USAGE', 'usage', `--release is ${release ?? 'missing'}`, { hint: 'Give a semantic version: --release 1.1.0' });
};

/** Facts from a file, or a small but complete set from the options, to be refined by hand. */
const factsOf = (name: string, options: AgentOptions): unknown => {
  if (options.facts !== undefined) return parse(readFileSync(options.facts, 'utf8'));
  const state = options.state ?? 'S';
  return {
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Agent',
    name,
    summary: options.summary ?? `What ${name} does, in one sentence.`,
    owner: options.owner ?? '@norvik/ran-delivery',
    group: options.group ?? 'monitoring',
    tier: options.tier ?? 'R',
    platformCritical: false,
    state,
    placement: placementOf(options.place ?? 'region=2x250m/512Mi'),
    inputs: ['KPI summaries'],
    writes: [],
    conflictGroup: name,
    canary: { kpis: ['S13'] },
    slos: [{ name: 'api-error-rate', objective: 1, unit: '%', direction: 'at-most' }],
    ...(state === 'V' ? { volume: { size: '10Gi' } } : {}),
  };
};

const placementOf = (places: string | readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    [places].flat().map((place) => {
      const [, tier, replicas, cpu, memory] = /^(hub|region|edge)=(\d+)x(\d+m)\/(\d+Mi)$/.exec(place) ?? [];
      if (tier === undefined) throw new GateError('GATE_USAGE', 'usage', `--place ${place} is not a placement`, { hint: 'Write --place region=2x250m/512Mi' });
      return [tier, { replicas: Number(replicas), cpu, memory }];
    }),
  );
