import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';

/** Findings of layers: what blocks, where, and whether it stood before. */
const layersOf = (fleet: FleetClone): string[] =>
  (fleet.gate().report?.findings ?? [])
    .filter((f) => /^source\.(patch|safeguard)_/.test(f.code))
    .map((f) => `${f.standing ?? f.effect} ${f.code} ${f.file}:${f.line} in ${f.roots.length}`);

describe('a layer that does nothing', () => {
  const pin = 'agents/anr-manager/rings/w3/pin/kustomization.yaml';
  const text = (name: string): string =>
    `patches:\n  - target: { kind: Rollout, name: ${name} }\n    patch: |-\n      - op: remove\n        path: /spec/replicas\n`;
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  afterAll(() => fleet.close());

  test('blocks although the root renders as before, and is debt once it stands at the base', () => {
    fleet.branch();
    const lines = fleet.read(pin).split('\n').length;
    fleet.write(pin, fleet.read(pin) + text('agnt'));
    expect(layersOf(fleet)).toEqual([`deny source.patch_matches_nothing ${pin}:${lines + 1} in 1`]);
    fleet.git('checkout', '--quiet', '-B', 'main');
    fleet.branch();
    fleet.write(pin, `# later\n${fleet.read(pin)}`);
    expect(layersOf(fleet)).toEqual([`debt source.patch_matches_nothing ${pin}:${lines + 2} in 1`]);
  });
});
