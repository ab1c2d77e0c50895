import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { LayerModel } from '#blame/layers.ts';
import { agrees, resourceFor } from '#blame/match.ts';
import type { RenderedRoot } from '#model/ports.ts';
import { objectId } from '#util/manifest.ts';
import { repository } from '../support/policy-cases.ts';
import { renderFleet } from '../support/rendered-fleet.ts';

let roots: readonly RenderedRoot[] = [];

beforeAll(async () => {
  roots = (await renderFleet()).roots;
});

describe('the layer model over the whole fleet', () => {
  it('arrives at what kustomize rendered, for every object of every root', () => {
    const model = new LayerModel(worktreeSnapshot(path.resolve(repository)));
    const since = performance.now();
    const differing: string[] = [];
    let objects = 0;
    for (const root of roots) {
      const state = model.stateOf(root.root.path);
      for (const manifest of root.objects) {
        objects++;
        const resource = resourceFor(state, manifest);
        if (resource === undefined) differing.push(`${root.root.path} lost ${objectId(manifest)}`);
        else if (!agrees(state, resource.tree, manifest)) differing.push(`${root.root.path} differs ${objectId(manifest)}`);
      }
      for (const f of state.faults) if (!f.stands || f.stands(state.resources)) differing.push(`${root.root.path} ${f.code} ${f.text.file} ${f.message}`);
    }
    console.log(roots.length, objects, performance.now() - since, differing.length);
    expect(differing.slice(0, 20)).toEqual([]);
  });
});
