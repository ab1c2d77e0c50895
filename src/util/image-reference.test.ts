import { expect, test } from 'vitest';
import { parseImage } from './image-reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

test.each([
  ['registry.norvik.example/agents/mro', { registry: 'registry.norvik.example', repository: 'agents/mro', tag: null, digest: null }],
  ['registry.norvik.example/agents/mro:1.2.0', { registry: 'registry.norvik.example', repository: 'agents/mro', tag: '1.2.0', digest: null }],
  [`registry.norvik.example/agents/mro@${digest}`, { registry: 'registry.norvik.example', repository: 'agents/mro', tag: null, digest }],
  [`registry.norvik.example/agents/mro:1.2.0@${digest}`, { registry: 'registry.norvik.example', repository: 'agents/mro', tag: '1.2.0', digest }],
  ['registry.norvik.example:5000/agents/mro', { registry: 'registry.norvik.example:5000', repository: 'agents/mro', tag: null, digest: null }],
  [`registry:5000/mro:1@${digest}`, { registry: 'registry:5000', repository: 'mro', tag: '1', digest }],
  ['localhost/mro', { registry: 'localhost', repository: 'mro', tag: null, digest: null }],
  ['busybox', { registry: 'docker.io', repository: 'busybox', tag: null, digest: null }],
  ['busybox:1.36', { registry: 'docker.io', repository: 'busybox', tag: '1.36', digest: null }],
  ['library/busybox:1.36', { registry: 'docker.io', repository: 'library/busybox', tag: '1.36', digest: null }],
  ['registry.norvik.example', { registry: 'docker.io', repository: 'registry.norvik.example', tag: null, digest: null }],
  ['', { registry: '', repository: '', tag: null, digest: null }],
])('splits %j', (raw, parts) => {
  expect(parseImage(raw)).toEqual({ raw, ...parts });
});

test.each([[undefined], [null], [7], [{ image: 'busybox' }], [['busybox']]])('%j names no image', (value) => {
  expect(parseImage(value)).toEqual({ raw: '', registry: '', repository: '', tag: null, digest: null });
});

test('an allowed registry that only stands in the path or in the tag is not the registry', () => {
  expect(parseImage('evil.example/registry.norvik.example/mro').registry).toBe('evil.example');
  expect(parseImage('evil/registry.norvik.example/mro').registry).toBe('docker.io');
  expect(parseImage('registry.norvik.example@evil.example/mro').registry).toBe('docker.io');
});
