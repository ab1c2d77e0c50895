import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEvaluator, type EvaluatorLimits } from '#adapters/opa-wasm.ts';
import { type BundleTools, loadBundle } from '#adapters/policy-bundle.ts';
import { createScratch } from '#adapters/scratch.ts';
import { toolPath, toolsKey } from '#adapters/tools.ts';
import type { Evaluator, PolicyBundle } from '#model/evaluator.ts';
import { type Tree, treeSnapshot } from './tree-snapshot.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** The smallest main package: it finds every rule by its package path, as the real one does. */
export const mainRego = `package main

verdict := {"deny": deny, "undecided": undecided, "rules": rules}

deny contains object.union(result, {"code": concat(".", [area, rule])}) if {
	some area, rule
	some result in data.rules[area][rule].deny
}

undecided contains object.union(result, {"code": concat(".", [area, rule])}) if {
	some area, rule
	some result in data.rules[area][rule].undecided
}

rules contains concat(".", [area, rule]) if {
	some area, rule
	data.rules[area][rule].scope
}
`;

/** One rule with its metadata. */
export const ruleRego = (code: string, body: string): string => `# METADATA
# title: Title of ${code}
# description: Why ${code} matters.
# custom:
#   severity: deny
#   failure_msg: "{what} is wrong"
#   solution: Mend it.
package rules.${code}

scope := "root"

${body}
`;

/** A rule that denies with what the given Rego expression yields. */
export const denying = (code: string, condition: string, what = '"it"'): string =>
  ruleRego(code, `deny contains {"object": "x", "path": [], "args": {"what": ${what}}} if {\n\t${condition}\n}`);

/** Compiles tiny policies with the real opa, in a folder that is removed on close. */
export class PolicyWorkshop {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-policies-'));
  readonly cache = path.join(this.directory, 'cache');
  readonly #open: Evaluator[] = [];

  get tools(): BundleTools {
    const { layout } = createScratch(path.join(this.directory, 'scratch'));
    return { opa: toolPath(repository, 'gate', 'opa'), toolKey: toolsKey(repository, 'gate'), cacheDirectory: this.cache, layout };
  }

  /** Rules by code; `main` may be replaced. */
  bundle(rules: Readonly<Record<string, string>>, main = mainRego): Promise<PolicyBundle> {
    const tree: Tree = {
      'policies/main/main.rego': main,
      ...Object.fromEntries(Object.entries(rules).map(([code, rego]) => [`policies/rules/${code.replace('.', '/')}/rule.rego`, rego])),
    };
    return loadBundle(treeSnapshot(tree), this.tools);
  }

  async evaluator(bundle: PolicyBundle, data: unknown = {}, limits?: EvaluatorLimits): Promise<Evaluator> {
    const evaluator = await createEvaluator(bundle, data, limits);
    this.#open.push(evaluator);
    return evaluator;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((e) => e.close()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}
