import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, expect, test } from 'vitest';
import type { Manifest } from '#model/ports.ts';
import { objectId, textAt } from '#util/manifest.ts';
import { withPin } from './pin-file.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-pin-'));
const ring = 'agents/byzantine-coordinator/rings/w3';
const pinFile = path.join(folder, ring, 'pin/kustomization.yaml');

for (const tree of ['agents/_traits', 'agents/byzantine-coordinator']) cpSync(path.join(repository, tree), path.join(folder, tree), { recursive: true });
const pin = readFileSync(pinFile, 'utf8');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const render = (text: string): string => {
  writeFileSync(pinFile, text);
  return execFileSync(path.join(repository, '.tools/bin/kustomize'), ['build', path.join(folder, ring, 'region')], { encoding: 'utf8' });
};

test('the pinned kustomize renders the partition of the pin and changes nothing else', () => {
  const before = loadAll(render(pin)) as Manifest[];
  const after = loadAll(render(withPin(pin, pinFile, { release: '1.0.0', partition: 3 }))) as Manifest[];
  const expected = before.map((object) => {
    if (textAt(object, 'kind') !== 'StatefulSet') return object;
    const spec = object['spec'] as Manifest;
    return { ...object, spec: { ...spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3 } } } };
  });
  expect(before.map(objectId)).toContain('apps/v1/StatefulSet/byzantine-coordinator/agent');
  expect(after).not.toEqual(before);
  expect(after).toEqual(expected);
});

test('a partition of 0 renders the same bytes as no patch, so the commit that removes it moves nothing', () => {
  expect(render(withPin(pin, pinFile, { release: '1.0.0', partition: 0 }))).toBe(render(pin));
});
