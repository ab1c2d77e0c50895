import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { createKustomize, renderLimits } from '#adapters/kustomize.ts';
import { createEvaluator } from '#adapters/opa-wasm.ts';
import { loadBundle } from '#adapters/policy-bundle.ts';
import { createMemoryCache } from '#adapters/render-cache.ts';
import { openSchemas } from '#adapters/schemas.ts';
import { createScratch } from '#adapters/scratch.ts';
import { toolPath, toolsKey } from '#adapters/tools.ts';
import { policyData } from '#cli/gate.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { runGate } from '#gate/gate.ts';
import { exitCodes, isGateError } from '#model/errors.ts';
import type { Evaluator, PolicyBundle } from '#model/evaluator.ts';
import type { Snapshot } from '#model/ports.ts';
import { printableLines } from '#report/escape.ts';
import { renderMarkdown } from '#report/markdown.ts';
import { renderTerminal } from '#report/terminal.ts';
import { repository } from '../../support/policy-cases.ts';
import { smallFleetTree } from '../../support/small-fleet.ts';
import { type Tree, treeSnapshot } from '../../support/tree-snapshot.ts';
import { at, configMap, type ExitClass } from './row.ts';

export interface Judged {
  readonly exit: ExitClass;
  /** Everything that the run prints or writes: terminal, comment, report. */
  readonly text: string;
}

const cleanTree = (): Tree => ({
  ...smallFleetTree(),
  [at('kustomization.yaml')]: 'resources:\n  - a.yaml\n',
  [at('a.yaml')]: configMap('data:\n  cells: "100"\n'),
});

const paint = { bold: String, dim: String, red: String, green: String, yellow: String };

/** The rules about single objects, and two about changes: what the rest asks of a whole fleet, the small one does not have. */
const rulesOfObjects = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  files: new Map(
    [...snapshot.files].filter(
      ([file]) =>
        !file.startsWith('policies/rules/') ||
        /^policies\/rules\/(?:change|security|reliability)\/(?:immutable|guard|image_digest|secret_data|privilege|resources)\//.test(file),
    ),
  ),
});

/** A row that can not be built ends at half the time that a row has. */
const hurried = { ...renderLimits, timeoutMs: 8_000 };

/** The real pipeline with the real kustomize, opa, schemas and policies, over trees in memory. */
export class HostileGate {
  readonly #scratch = createScratch(path.join(tmpdir(), `ranfleet-hostile-${process.pid}`));
  readonly #cache = createMemoryCache();
  readonly #schemas = openSchemas(repository);
  #bundle: PolicyBundle | undefined;
  #evaluator: Evaluator | undefined;

  /** Judges a pull request that writes `head` over the clean fleet. */
  async judge(head: Tree, base: Tree = {}): Promise<Judged> {
    const before = { ...cleanTree(), ...base };
    try {
      const report = await runGate(
        { base: treeSnapshot(before, 'base'), head: treeSnapshot({ ...before, ...head }, 'head'), all: false, day: '2026-11-25' },
        this.#tools(),
      );
      const text = [renderTerminal(report, { paint, verbose: true }), renderMarkdown(report), JSON.stringify(report)].join('\n');
      return { exit: report.exitCode, text };
    } catch (error) {
      if (!isGateError(error)) throw error;
      if (error.code === 'GATE_POLICY_FAILED' || error.message.startsWith('judging ')) this.#evaluator = undefined;
      return { exit: exitCodes[error.fault], text: printableLines(`${error.code}\n${error.message}\n${error.hint}`) };
    }
  }

  /** A change that is as harmless as any: it must be allowed whatever came before it. */
  judgeClean(): Promise<Judged> {
    return this.judge({ [at('a.yaml')]: configMap('data:\n  cells: "101"\n') });
  }

  #tools() {
    return {
      render: {
        renderer: createKustomize(toolPath(repository, 'gate', 'kustomize'), toolsKey(repository, 'gate'), hurried),
        cache: this.#cache,
        layout: this.#scratch.layout,
        width: 2,
        counters: { rendered: 0, fromCache: 0 },
      },
      readFleet,
      engine: { label: 'test', sideOf: () => 'base' as const },
      past: { textAt: () => undefined },
      history: () => ({ authors: [], day: undefined }),
      schemas: this.#schemas,
      openJudges: async () => {
        const [bundle, evaluator] = await this.#judge();
        return [{ bundle, evaluator: { ...evaluator, close: () => Promise.resolve() } }];
      },
    };
  }

  async #judge(): Promise<[PolicyBundle, Evaluator]> {
    this.#bundle ??= await loadBundle(rulesOfObjects(worktreeSnapshot(repository)), {
      opa: toolPath(repository, 'gate', 'opa'),
      toolKey: toolsKey(repository, 'gate'),
      cacheDirectory: path.join(repository, '.cache', 'policies'),
      layout: this.#scratch.layout,
    });
    this.#evaluator ??= await createEvaluator(this.#bundle, policyData(readFleet(treeSnapshot(cleanTree())), '2026-06-15'));
    return [this.#bundle, this.#evaluator];
  }

  close(): void {
    this.#scratch.clear();
  }
}

/** Why a text must not leave the gate; undefined when it may. */
export const leakIn = (text: string): string | undefined => {
  const home = homedir().length > 1 ? homedir() : '/nowhere/at/all';
  const machine = [repository, tmpdir(), home].find((p) => text.includes(`${p}/`));
  if (machine !== undefined) return `a path below ${machine}`;
  const command = text.split('\n').find((line) => /^\s*::|##\[/.test(line));
  if (command !== undefined) return `a line that a build log obeys: ${command}`;
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text) ? 'a control character' : undefined;
};
