import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultOfAsync } from '../../test/support/faults.ts';
import { writeFiles } from './files.ts';
import { createKustomize, renderLimits } from './kustomize.ts';
import { toolPath } from './tools.ts';

const kustomize = () => createKustomize(toolPath(path.resolve(import.meta.dirname, '../..'), 'gate', 'kustomize'), 'key');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-kustomize-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const tree = (files: Record<string, string>): void => writeFiles(directory, new Map(Object.entries(files)));

test('renders what the pinned kustomize prints', async () => {
  tree({
    'a/kustomization.yaml': 'namespace: n1\nresources: [x.yaml]\n',
    'a/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  answer: "yes"\n',
  });
  expect(await kustomize().build(directory, 'a')).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'n1' }, data: { answer: 'yes' } },
  ]);
});

test('nothing rendered is an empty list, which the caller refuses', async () => {
  tree({
    'a/kustomization.yaml': 'resources: [x.yaml]\n',
    'a/x.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {config.kubernetes.io/local-config: "true"}}\n',
  });
  expect(await kustomize().build(directory, 'a')).toEqual([]);
});

test('a failure names the path inside the repository, never a folder of the machine', async () => {
  tree({ 'a/kustomization.yaml': 'resources: [missing.yaml]\n' });
  const fault = await faultOfAsync(kustomize().build(directory, 'a'));
  expect(fault).toMatchObject({ code: 'GATE_RENDER_FAILED', fault: 'undecided', message: expect.stringContaining('missing.yaml') });
  expect(fault.message).not.toContain(directory);
});

test('a file outside the folder is not read', async () => {
  tree({ 'a/kustomization.yaml': 'resources: [../x.yaml]\n', 'x.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n' });
  expect(await faultOfAsync(kustomize().build(directory, 'a'))).toMatchObject({ code: 'GATE_RENDER_FAILED' });
});

test('a render that passes its output limit is a limit, not a failure', async () => {
  tree({ 'a/kustomization.yaml': 'configMapGenerator:\n  - name: big\n    files: [big.txt]\n', 'a/big.txt': 'x'.repeat(200_000) });
  const small = createKustomize(toolPath(path.resolve(import.meta.dirname, '../..'), 'gate', 'kustomize'), 'key', { ...renderLimits, outputBytes: 100_000 });
  expect(await faultOfAsync(small.build(directory, 'a'))).toMatchObject({ code: 'GATE_LIMIT_EXCEEDED', fault: 'limit' });
});
