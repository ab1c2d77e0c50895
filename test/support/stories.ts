import { expect } from 'vitest';
import { type FleetClone, verdictOf } from './fleet-clone.ts';

const someDigest = `sha256:${'ab'.repeat(32)}`;

/** Makes the next configuration of an agent from its facts, and a release of it. */
export const revise = (fleet: FleetClone, agent: string, release = '1.1.0', digest = someDigest): void => {
  const made = fleet.run(['agent', 'revise', agent, '--release', release, '--digest', digest]);
  expect(made.exitCode, made.stderr).toBe(0);
};

/** Moves the pin of an agent in one ring. */
export const pin = (fleet: FleetClone, agent: string, ring: string, release: string, from = '1.0.0'): void =>
  fleet.replace(`agents/${agent}/rings/${ring}/pin/kustomization.yaml`, `releases/${from}`, `releases/${release}`);

export const generate = (fleet: FleetClone): void => {
  const made = fleet.run(['generate']);
  expect(made.exitCode, made.stderr).toBe(0);
};

/** What the RAN rules say about a branch, and whatever is undecided; other rules have stories of their own. */
export const ranVerdict = (fleet: FleetClone, base = 'main') => {
  const { exitCode, findings } = verdictOf(fleet.gate([], undefined, base));
  return { exitCode, findings: findings?.filter((f) => /^undecided | (ran\.|fleet\.|security\.image_digest )/.test(f)) };
};
