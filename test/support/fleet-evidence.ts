import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { appendRecord } from '#evidence/append.ts';
import { createInspect } from '#evidence/inspect.ts';
import { releaseDigest } from '#gate/release-digest.ts';
import { ClosureGraph } from '#render/closure.ts';
import { createRenderSetup } from '../../src/cli/context.ts';
import { instant, makeKey, moveInput, ringOf } from './evidence/store.ts';
import type { FleetClone } from './fleet-clone.ts';

type Move = ReturnType<typeof moveInput>['predicate'] & { readonly previousRelease: string; readonly soak: { readonly start: string; readonly end: string } };

/** Signs records of rings in a clone, through the same functions as the commands, with a key that its `evidence/keys.yaml` trusts. */
export class FleetEvidence {
  readonly #fleet: FleetClone;
  readonly #key = makeKey();
  #count = 0;

  constructor(fleet: FleetClone) {
    this.#fleet = fleet;
    const { id, publicKey, owner, kinds, validFrom } = this.#key.trusted;
    fleet.write('evidence/keys.yaml', `keys:\n  - ${JSON.stringify({ id, publicKey, owner, kinds, validFrom })}\n`);
  }

  /** The ring ran the release, as it renders now, through its whole soak. */
  async verified(agent: string, ring: string, release: string): Promise<void> {
    this.#add('promotion', agent, ring, release, { soak: { start: instant(1), end: instant(2) }, renderSha256: await this.#digestOf(agent, release) });
  }

  /** The pin of the ring moved to the release, and nobody knows yet. */
  moved(agent: string, ring: string, release: string): void {
    this.#add('promotion', agent, ring, release, {});
  }

  /** The ring went back, from the second release to the first. */
  takenBack(agent: string, ring: string, release: string, previousRelease: string): void {
    this.#add('revert', agent, ring, release, { previousRelease });
  }

  #add(kind: 'promotion' | 'revert', agent: string, ring: string, release: string, changes: Partial<Move>): void {
    const input = moveInput(`${agent}/${ring}`, `story-${++this.#count}`, this.#count, release);
    const setup = { signer: this.#key.signer, inspect: createInspect(ringOf(this.#key)), tool: 'test' };
    const { file, bytes } = appendRecord(this.#records(), { ...input, kind, predicate: { ...input.predicate, ...changes } }, setup);
    this.#fleet.write(file, bytes.toString());
  }

  async #digestOf(agent: string, release: string): Promise<string> {
    const snapshot = worktreeSnapshot(this.#fleet.directory);
    const { tools, scratch } = createRenderSetup({ cache: true });
    try {
      return await releaseDigest(agent, release, { snapshot, graph: new ClosureGraph(snapshot) }, tools);
    } finally {
      scratch.clear();
    }
  }

  #records(): Map<string, Buffer> {
    const folder = path.join(this.#fleet.directory, 'evidence');
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    return new Map(names.filter((name) => name.endsWith('.json')).map((name) => [`evidence/${name}`, readFileSync(path.join(folder, name))]));
  }
}
