import { expect, test } from 'vitest';
import { artefactsOf } from './artefacts.ts';

test('finds what a ConfigMap names, in documents, lists, maps and plain keys', () => {
  const runtime = `
agent: mro
model: registry.norvik.example/mro@sha256:aa
learning:
  models: [a:1, {name: b, digest: "sha256:bb"}, {name: c}]
  policyBundle: null
inputs: [images of cells]
`;
  expect(artefactsOf({ data: { 'runtime.yaml': runtime, prompt: 'Say so', notes: '{', 'numbers.json': '{"image": 7}' } })).toEqual([
    { path: ['data', 'runtime.yaml', 'model'], role: 'model', reference: 'registry.norvik.example/mro@sha256:aa' },
    { path: ['data', 'runtime.yaml', 'learning', 'models', 0], role: 'models', reference: 'a:1' },
    { path: ['data', 'runtime.yaml', 'learning', 'models', 1], role: 'models', reference: 'sha256:bb' },
    { path: ['data', 'runtime.yaml', 'learning', 'models', 2], role: 'models', reference: '{"name":"c"}' },
    { path: ['data', 'prompt'], role: 'prompt', reference: 'Say so' },
    { path: ['data', 'numbers.json', 'image'], role: 'image', reference: '7' },
  ]);
  expect([artefactsOf({}), artefactsOf({ data: ['model'] }), artefactsOf({ data: { model: 3 } })]).toEqual([[], [], []]);
});
