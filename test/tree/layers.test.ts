import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { Blamer } from '#blame/blame.ts';
import { LayerModel } from '#blame/layers.ts';
import { agrees, resourceFor } from '#blame/match.ts';
import { checkLayers } from '#gate/layer-check.ts';
import type { SourcePlace } from '#model/blame.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { isFields, objectId } from '#util/manifest.ts';
import { repository } from '../support/policy-cases.ts';
import { renderFleet } from '../support/rendered-fleet.ts';

const snapshot = worktreeSnapshot(path.resolve(repository));
const model = new LayerModel(snapshot);
let roots: readonly RenderedRoot[] = [];

beforeAll(async () => {
  roots = (await renderFleet()).roots;
});

/** Objects of a root of which the model says something else than kustomize. */
const differences = ({ root, objects }: RenderedRoot): string[] => {
  const state = model.stateOf(root.path);
  const isSame = (manifest: Manifest): boolean => {
    const resource = resourceFor(state, manifest);
    return resource !== undefined && agrees(state, resource.tree, manifest);
  };
  return objects.filter((manifest) => !isSame(manifest)).map((manifest) => `${root.path}: ${objectId(manifest)}`);
};

/** Paths of all scalars. */
const leaves = (value: unknown, at: JsonPath = []): JsonPath[] => {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...at, i]));
  if (isFields(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...at, key]));
  return [at];
};

const lines = new Map<string, readonly string[]>();

const textOf = ({ file, line, endLine = line }: SourcePlace): string => {
  const known = lines.get(file) ?? readFileSync(path.join(repository, file), 'utf8').split('\n');
  lines.set(file, known);
  return known.slice(line - 1, endLine).join('\n');
};

const valueIn = (manifest: Manifest, at: JsonPath): string =>
  String(at.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], manifest));

/** Kind and apiVersion of a generated object stand nowhere: the entry of the generator implies them. */
const isImplied = (kind: string, at: JsonPath): boolean => kind === 'generator' && ['kind', 'apiVersion'].includes(String(at[0]));

/** The line holds the value, or the key of it, or is the first of a file whose content is the value. */
const holds = (place: SourcePlace, manifest: Manifest, at: JsonPath): boolean => {
  const text = textOf(place);
  const value = valueIn(manifest, at);
  const key = String(at.findLast((part) => typeof part === 'string'));
  return text.includes(key) || text.includes(value.replace(/-[a-z0-9]{10}$/, '')) || value.startsWith(text) || value.endsWith(text.split(' ').at(-1) ?? value);
};

/** Some objects of a root and some of their scalars, others in each root. */
const sampled = (root: RenderedRoot, i: number) =>
  root.objects
    .filter((_object, j) => (i + j) % 29 === 0)
    .flatMap((manifest) =>
      leaves(manifest)
        .filter((_path, k) => k % 5 === i % 5)
        .map((at) => ({ root, manifest, at })),
    );

describe('the layer model over the whole fleet', () => {
  it('arrives at what kustomize rendered, for every object of every root', () => {
    expect(roots.length).toBeGreaterThan(500);
    expect(roots.flatMap(differences)).toEqual([]);
  });

  it('finds no layer that destroys or does nothing', () => {
    const { breaking, silent } = checkLayers(
      model,
      roots.map((r) => r.root),
    );
    expect([...breaking, ...silent].map((f) => `${f.file}:${f.line} ${f.message}`)).toEqual([]);
  });

  it('names lines that hold the value or its key, for scalars all over the fleet', () => {
    const blamer = new Blamer(snapshot, model);
    const sample = roots.flatMap(sampled);
    const wrong = sample.filter(({ root, manifest, at }) => {
      const culprit = blamer.blame(root, objectId(manifest), at)?.culprit;
      return culprit === undefined || !(isImplied(culprit.kind, at) || holds(culprit, manifest, at));
    });
    console.log(`blame: ${sample.length} scalars of the fleet, ${wrong.length} named lines hold neither value nor key`);
    expect(sample.length).toBeGreaterThan(1000);
    expect(wrong.map(({ root, manifest, at }) => `${root.root.path} ${objectId(manifest)} ${at.join('.')}`)).toEqual([]);
  });
});
