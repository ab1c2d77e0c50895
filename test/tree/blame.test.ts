import { afterAll, describe, expect, it } from 'vitest';
import { Blamer } from '#blame/blame.ts';
import { LayerModel } from '#blame/layers.ts';
import { resourceFor } from '#blame/match.ts';
import { objectId } from '#util/manifest.ts';
import { createRenderSetup } from '../../src/cli/context.ts';
import { objectOf, renderTree } from '../support/planted/render.ts';
import { scenarios } from '../support/planted/scenarios.ts';
import { type Position, pathIn, placeOf, positions, type Scenario, treeOf } from '../support/planted/tree.ts';
import { treeSnapshot } from '../support/tree-snapshot.ts';

const setup = createRenderSetup({ cache: true });
afterAll(() => setup.scratch.clear());

interface Outcome {
  readonly what: string;
  readonly expected: string;
  readonly named: string;
  /** The base's object, blamed where nothing is certain. */
  readonly fallback: string;
}

const blameAll = async (scenario: Scenario, position: Position): Promise<Outcome[]> => {
  const tree = treeOf(scenario, position);
  const snapshot = treeSnapshot(tree);
  const root = await renderTree(snapshot, setup.tools);
  const blamer = new Blamer(snapshot);
  return scenario.planted.map(({ mark, object, path }) => {
    const manifest = objectOf(root, object);
    const found = blamer.blame(root, objectId(manifest), pathIn(manifest, path));
    const origin = resourceFor(new LayerModel(snapshot).stateOf('root'), manifest)?.origin.text.file ?? '';
    return {
      what: `${position}, ${scenario.name}: ${object} ${path}`,
      expected: placeOf(tree, mark),
      named: `${found?.culprit.file}:${found?.culprit.line}`,
      fallback: origin,
    };
  });
};

const combinations = scenarios.flatMap((scenario) => (Object.keys(positions) as Position[]).map((position) => ({ scenario, position })));

describe('blame of planted values', () => {
  const outcomes: Outcome[] = [];

  it.each(combinations.map(({ scenario, position }) => [`${scenario.name}, written in the ${position}`, scenario, position] as const))(
    'names the line of each: %s',
    async (_name, scenario, position) => {
      const found = await blameAll(scenario, position);
      outcomes.push(...found);
      expect(found.filter((o) => o.named !== o.expected)).toEqual([]);
    },
  );

  it('counts how many are exact, and none that names a wrong file', () => {
    const exact = outcomes.filter((o) => o.named === o.expected);
    const wrong = outcomes.filter((o) => ![o.expected, o.fallback].some((place) => o.named.startsWith(place.replace(/:\d+$/, ':'))));
    console.log(`blame: ${exact.length} of ${outcomes.length} planted values on the exact line, ${wrong.length} in a wrong file`);
    expect(outcomes.length).toBeGreaterThanOrEqual(150);
    expect(exact.length / outcomes.length).toBeGreaterThanOrEqual(0.95);
    expect(wrong).toEqual([]);
  });
});

describe('a field that is absent', () => {
  const header = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n    - name: main\n      image: main:1\n';

  it('is blamed on its nearest parent, and the uppermost overlay that people write is where to add it', async () => {
    const snapshot = treeSnapshot({
      'root/kustomization.yaml': `# Generated; edit the facts.\n${header}resources: [../pin]\nnamespace: here\n`,
      'pin/kustomization.yaml': `${header}resources: [../layer]\n`,
      'layer/kustomization.yaml': `${header}resources: [../base]\npatches:\n  - target: {kind: Pod}\n    patch: '[{"op": "add", "path": "/spec/hostIPC", "value": true}]'\n`,
      'base/kustomization.yaml': `${header}resources: [pod.yaml]\n`,
      'base/pod.yaml': pod,
    });
    const root = await renderTree(snapshot, setup.tools);
    const blame = new Blamer(snapshot).blame(root, 'v1/Pod/here/one', ['spec', 'containers', 0, 'resources', 'limits']);
    expect({ culprit: blame?.culprit, addAt: blame?.addAt }).toEqual({
      culprit: { kind: 'resource', what: 'Pod one spec.containers[0]', file: 'base/pod.yaml', line: 6, endLine: 7 },
      addAt: { file: 'layer/kustomization.yaml', line: 4 },
    });
  });

  it('falls back to the document of the object where kustomize did what is not repeated here', async () => {
    const snapshot = treeSnapshot({
      'root/kustomization.yaml': `${header}resources: [pod.yaml]\ntransformers: [rename.yaml]\n`,
      'root/rename.yaml':
        'apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: any}\nimageTag: {name: main, newTag: "2"}\nfieldSpecs: [{path: "spec/containers[]/image"}]\n',
      'root/pod.yaml': `# the only object\n${pod}`,
    });
    const root = await renderTree(snapshot, setup.tools);
    expect(new Blamer(snapshot).blame(root, 'v1/Pod/-/one', ['spec', 'containers', 0, 'image'])?.culprit).toMatchObject({
      file: 'root/pod.yaml',
      line: 2,
      what: 'Pod one',
    });
  });
});
