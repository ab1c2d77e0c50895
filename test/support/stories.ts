import { expect } from 'vitest';
import type { FleetClone } from './fleet-clone.ts';

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
