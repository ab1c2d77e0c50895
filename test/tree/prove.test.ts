import { afterAll, describe, expect, it } from 'vitest';
import { Blamer } from '#blame/blame.ts';
import type { Finding } from '#model/finding.ts';
import { objectId } from '#util/manifest.ts';
import { createRenderSetup } from '../../src/cli/context.ts';
import { provenLayers } from '../../src/cli/prove.ts';
import { objectOf, renderTree } from '../support/planted/render.ts';
import { scenarios } from '../support/planted/scenarios.ts';
import { pathIn, type Scenario, treeOf } from '../support/planted/tree.ts';
import { treeSnapshot } from '../support/tree-snapshot.ts';

const setup = createRenderSetup({ cache: true });
afterAll(() => setup.scratch.clear());

/** One planted value for each kind of layer and word that names it. */
const onePerKind = async (scenario: Scenario): Promise<Record<string, string>> => {
  const snapshot = treeSnapshot(treeOf(scenario, 'overlay'));
  const root = await renderTree(snapshot, setup.tools);
  const blamer = new Blamer(snapshot);
  const verdicts: Record<string, string> = {};
  for (const { object, path } of scenario.planted) {
    const manifest = objectOf(root, object);
    const at = { subject: objectId(manifest), path: pathIn(manifest, path) };
    const culprit = blamer.blame(root, at.subject, at.path)?.culprit;
    const key = `${culprit?.kind} ${culprit?.what.split(' ').slice(0, 2).join(' ')}`.replace(/ (\/|patch of|\S+\/).*$/, '');
    if (key in verdicts) continue;
    const finding: Finding = {
      ...at,
      code: 'test.planted',
      source: 'policy',
      effect: 'deny',
      title: '',
      message: '',
      solution: '',
      roots: ['root'],
      fingerprint: '0'.repeat(16),
    };
    verdicts[key] = (await provenLayers(snapshot, root, finding, setup.tools)).at(-1)?.replace(/:.*/, '') ?? '';
  }
  return verdicts;
};

describe('the proof of a blamed layer', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('is a render without it: %s', async (_name, scenario) => {
    const verdicts = await onePerKind(scenario);
    const unproven = Object.entries(verdicts).filter(([, verdict]) => verdict !== 'Proven');
    expect(Object.keys(verdicts).length).toBeGreaterThan(0);
    expect(unproven).toEqual([]);
  });
});
