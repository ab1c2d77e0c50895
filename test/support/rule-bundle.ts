import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { createEvaluator } from '#adapters/opa-wasm.ts';
import { loadBundle } from '#adapters/policy-bundle.ts';
import { createScratch } from '#adapters/scratch.ts';
import { toolPath, toolsKey } from '#adapters/tools.ts';
import type { Evaluator, PolicyBundle } from '#model/evaluator.ts';
import type { PolicyInput, PolicyVerdict } from '#model/policy.ts';
import { repository } from './policy-cases.ts';

/** The rules of the working tree as the gate ships them, compiled by the real opa. */
export class RuleBundle {
  readonly #evaluators = new Map<string, Promise<Evaluator>>();
  readonly bundle: PolicyBundle;

  private constructor(bundle: PolicyBundle) {
    this.bundle = bundle;
  }

  static async load(): Promise<RuleBundle> {
    const scratch = createScratch(path.join(repository, '.cache', 'scratch'));
    try {
      const bundle = await loadBundle(worktreeSnapshot(repository), {
        opa: toolPath(repository, 'gate', 'opa'),
        toolKey: toolsKey(repository, 'gate'),
        cacheDirectory: path.join(repository, '.cache', 'policies'),
        layout: scratch.layout,
      });
      return new RuleBundle(bundle);
    } finally {
      scratch.clear();
    }
  }

  /** Inputs with equal data share one evaluator: starting a worker costs more than a verdict. */
  async evaluate(input: unknown, data: unknown): Promise<PolicyVerdict> {
    const key = JSON.stringify(data);
    const evaluator = this.#evaluators.get(key) ?? createEvaluator(this.bundle, data);
    this.#evaluators.set(key, evaluator);
    return (await evaluator).evaluate(input as PolicyInput);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#evaluators.values()].map(async (e) => (await e).close()));
  }
}
