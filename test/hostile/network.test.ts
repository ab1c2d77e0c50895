import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostileGate, leakIn } from './support/hostile-gate.ts';
import { at, configMap, kustomization } from './support/row.ts';

let server: Server;
let connections = 0;
let host = '';
let gate: HostileGate;
beforeAll(async () => {
  gate = new HostileGate();
  server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  gate.close();
  server.close();
});

/** Every spelling by which kustomize, or git behind it, would go to the listener; `HOST` stands for its address. */
const spellings = [
  ['H42', 'http://HOST/a.yaml'],
  ['H42', 'HTTP://HOST/a.yaml'],
  ['H42', 'http://HOST/o/r.git?ref=main&timeout=24h&submodules=true'],
  ['H42', 'git::http://HOST/o/r'],
  ['H42', 'git://HOST/o/r'],
  ['H42', 'ssh://git@HOST/o/r.git'],
  ['H42', 'git@HOST:o/r.git'],
  ['H42', 'anybody@HOST/o/r'],
  ['H42', 'github.com/o/r?ref=main&timeout=24h'],
  ['H42', 'GitHub.com/o/r'],
  ['H42', 'github.com:o/r'],
  ['H42', 'gh:o/r'],
  ['H42', 'file:///etc'],
  ['H42', 'HOST/o/r.git'],
  ['H42', 'o/r.git/base'],
  ['H43', 'http://169.254.169.254/latest/meta-data'],
  ['H43', 'http://[::ffff:127.0.0.1]/a.yaml'],
  ['H43', 'http://2130706433/a.yaml'],
  ['H43', 'http://localhost/a.yaml'],
] as const;

/** Every field of a kustomization whose value kustomize loads; `URL` stands for the remote. */
const fields = [
  'resources: [a.yaml, "URL"]',
  'bases: ["URL"]',
  'components: ["URL"]',
  'crds: ["URL"]',
  'configurations: ["URL"]',
  'generators: ["URL"]',
  'transformers: ["URL"]',
  'validators: ["URL"]',
  'openapi: {path: "URL"}',
  'replacements: [{path: "URL"}]',
  'patches: [{path: "URL"}]',
  'patchesJson6902: [{path: "URL", target: {kind: ConfigMap, name: facts, version: v1}}]',
  'patchesStrategicMerge: ["URL"]',
  'configMapGenerator: [{name: x, files: ["key=URL"]}]',
  'configMapGenerator: [{name: x, envs: ["URL"]}]',
  'configMapGenerator: [{name: x, env: "URL"}]',
  'secretGenerator: [{name: x, files: ["URL"]}]',
];

const refusal = async (line: string) => {
  const { exit, text } = await gate.judge({ ...kustomization(`${line.includes('a.yaml,') ? '' : 'resources: [a.yaml]\n'}${line}\n`) });
  return { exit, isNamed: text.includes('source.remote_base'), leak: leakIn(text) };
};
const refused = { exit: 1, isNamed: true, leak: undefined };

describe('nothing is fetched', () => {
  test.each(spellings)('%s: by the spelling %s', async (_, spelling) => {
    expect(await refusal(`resources: [a.yaml, "${spelling.replace('HOST', host)}"]`)).toEqual(refused);
    expect(connections).toBe(0);
  });

  test.each(fields.map((field) => ['H44', field] as const))('%s: in the field %s', async (_, field) => {
    expect(await refusal(field.replace('URL', `http://${host}/a.yaml`))).toEqual(refused);
    expect(connections).toBe(0);
  });

  test('H44: by a built-in transformer that names a remote file', async () => {
    const { exit, text } = await gate.judge({
      ...kustomization('resources: [a.yaml]\ntransformers: [t.yaml]\n'),
      [at('t.yaml')]: `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: patch}\npath: http://${host}/p.yaml\n`,
    });
    expect([exit, text.includes('source.remote_base'), connections]).toEqual([1, true, 0]);
  });

  test('H48: by a schema of its own; a local one is part of what is hashed and scanned', async () => {
    const head = { ...kustomization('resources: [a.yaml]\nopenapi: {path: s.json}\n'), [at('s.json')]: '{"definitions": {}, }' };
    expect(await gate.judge(head)).toMatchObject({ exit: 2 });
  });

  test('and the listener would have noticed', async () => {
    await fetch(`http://${host}/`).catch(() => undefined);
    expect(connections).toBe(1);
    expect((await gate.judge({ [at('a.yaml')]: configMap('data: {cells: "103"}\n') })).exit).toBe(0);
  });
});
