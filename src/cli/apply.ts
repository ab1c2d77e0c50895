import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '#adapters/git.ts';
import { openGitRemote } from '#adapters/git-remote.ts';
import { applyPlan } from '#apply/apply.ts';
import { tipOf } from '#apply/commit-on-main.ts';
import type { OpenRecords, Outcome } from '#apply/setup.ts';
import { keyIdOf } from '#evidence/envelope.ts';
import { createInspect } from '#evidence/inspect.ts';
import { readKeys } from '#evidence/keys.ts';
import { type ExitCode, exitCodes, GateError, messageOf } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import type { GitRemote } from '#model/forge.ts';
import type { Plan } from '#model/promotion.ts';
import { printableLines } from '#report/escape.ts';
import { planOf } from '#ring/plan.ts';
import type { Environment } from './github-access.ts';
import type { Output } from './output.ts';
import { groundOf, type PlanGround, type PlanOptions } from './plan-for.ts';
import { gitHubPulls, noPulls, type OpenPulls } from './promotion-pulls.ts';
import { ringSourceOf } from './ring-source.ts';

export interface ApplyOptions extends PlanOptions {
  /** Where the branch is that the clusters follow. */
  readonly remote?: string;
  readonly branch?: string;
  /** Private key that signs the records. */
  readonly key?: string;
  readonly revertsOnly?: boolean;
  /** Repository on GitHub, as `owner/name`, in which promotions are pull requests. */
  readonly github?: string;
  readonly json?: boolean;
}

/** What carrying out needs, opened once. */
export interface Applier {
  /** What the branch holds now. */
  ground(at: string): Promise<PlanGround>;
  /** Plans on a ground and carries the plan out. */
  apply(ground: PlanGround): Promise<{ readonly plan: Plan; readonly outcomes: readonly Outcome[] }>;
}

/** `ranfleet promote --apply`: carries out what is due. */
export const applyCommand = async (directory: string, options: ApplyOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  const applier = openApplier(directory, options, openPulls(options, environment, output));
  const ground = await applier.ground(options.at ?? new Date().toISOString());
  for (const note of ground.notes) output.note(note);
  const { plan, outcomes } = await applier.apply(ground);
  if (options.json === true) output.print(`${JSON.stringify({ plan, outcomes }, null, 2)}\n`);
  else for (const outcome of outcomes) output.print(outcomeLine(outcome, output));
  if (outcomes.length === 0 && options.json !== true) output.print('Nothing is due.\n');
  return outcomes.some(({ outcome }) => outcome === 'failed' || outcome === 'refused') ? exitCodes.undecided : exitCodes.allow;
};

export const outcomeLine = ({ what, subject, outcome, reason, at }: Outcome, { paint }: Output): string => {
  const colour = { done: paint.green, nothing: paint.dim, waits: paint.yellow, refused: paint.red, failed: paint.red }[outcome];
  return printableLines(`${colour(outcome)} ${what} ${subject}: ${reason}${at === undefined ? '' : ` (${String(at).slice(0, 12)})`}\n`);
};

/** @throws GateError GATE_USAGE without a token */
export const openPulls = ({ github, branch = 'main' }: ApplyOptions, environment: Environment, output: Output): OpenPulls =>
  github === undefined ? () => noPulls : gitHubPulls(github, branch, environment, output);

/** @throws GateError GATE_USAGE without a remote, or with a key that can not be read */
export const openApplier = (directory: string, options: ApplyOptions, pulls: OpenPulls): Applier => {
  const { remote: url, branch = 'main' } = options;
  if (url === undefined) throw new GateError('GATE_USAGE', 'usage', 'no repository was named', { hint: 'Name it: --remote <address or folder>.' });
  const clone = repositoryRoot(directory);
  const remote = openGitRemote({ clone, url });
  const records = options.key === undefined ? undefined : signedWith(path.resolve(directory, options.key));
  return {
    ground: async (at) => groundOf(directory, { ...options, at, head: await broughtHere(remote, branch) }),
    apply: async (ground) => {
      const whole = planOf(ground);
      const plan = options.revertsOnly === true ? onlyReverts(whole) : whole;
      const setup = { remote, branch, records, source: ringSourceOf(ground), ...pulls(ground) };
      return { plan, outcomes: await applyPlan(plan, setup, ground.at) };
    },
  };
};

/** Tip of the branch, with its objects in the clone. */
const broughtHere = async (remote: GitRemote, branch: string): Promise<string> => {
  const tip = await tipOf(remote, branch);
  await remote.read(tip, []);
  return tip;
};

/** Nothing goes on, and no release is recorded as verified: only ways back and their records. */
const onlyReverts = (plan: Plan): Plan => ({ ...plan, promotions: [], decisions: plan.decisions.map((d) => ({ ...d, verified: null })) });

const signedWith = (file: string): OpenRecords => {
  const privateKey = readKey(file);
  const signer = { keyId: keyIdOf(privateKey), privateKey };
  return (files) => {
    const keys = files.get(`${evidenceFolder}/keys.yaml`);
    if (keys === undefined)
      throw new GateError('GATE_NO_KEYS', 'usage', `there is no ${evidenceFolder}/keys.yaml`, { hint: '`ranfleet evidence keygen` prints its entry.' });
    return { signer, inspect: createInspect(readKeys(`${evidenceFolder}/keys.yaml`, keys.toString())), tool: 'ranfleet 0.1.0' };
  };
};

const readKey = (file: string) => {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new GateError('GATE_USAGE', 'usage', `the private key can not be read: ${messageOf(cause)}`, {
      hint: 'Make one: ranfleet evidence keygen <file>.',
      cause,
    });
  }
};
