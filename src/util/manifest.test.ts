import { expect, test } from 'vitest';
import { formatPath, isFields, labelOf, objectId, textAt, valueAt } from './manifest.ts';

const rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'agent', namespace: 'mro', labels: { tier: 'W', replicas: 3 } },
  spec: { containers: [{ name: 'agent' }, null] },
};

test.each([
  [rollout, 'argoproj.io/v1alpha1/Rollout/mro/agent'],
  [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mro' } }, 'v1/Namespace/-/mro'],
  [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mro', namespace: '' } }, 'v1/Namespace/-/mro'],
  [{ apiVersion: 1, kind: ['Pod'], metadata: 'none' }, '//-/'],
  [{}, '//-/'],
])('%j is named %j', (object, id) => {
  expect(objectId(object)).toBe(id);
});

test('a value is found through maps and lists, and is absent where the path leaves them', () => {
  expect(valueAt(rollout, 'spec', 'containers', 0, 'name')).toBe('agent');
  expect(valueAt(rollout)).toBe(rollout);
  expect(valueAt(rollout, 'spec', 'containers', 1)).toBeNull();
  expect(valueAt(rollout, 'spec', 'containers', 1, 'name')).toBeUndefined();
  expect(valueAt(rollout, 'spec', 'containers', 'length')).toBeUndefined();
  expect(valueAt(rollout, 'kind', 0)).toBeUndefined();
  expect(valueAt(undefined, 'spec')).toBeUndefined();
});

test('a text is empty where there is another value or none', () => {
  expect(textAt(rollout, 'kind')).toBe('Rollout');
  expect(textAt(rollout, 'metadata')).toBe('');
  expect(textAt(rollout, 'status')).toBe('');
  expect(labelOf(rollout, 'tier')).toBe('W');
  expect(labelOf(rollout, 'replicas')).toBe('');
  expect(labelOf({}, 'tier')).toBe('');
});

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  ['text', false],
  [undefined, false],
])('%j has fields: %s', (value, expected) => {
  expect(isFields(value)).toBe(expected);
});

test.each([
  [[], ''],
  [['spec', 'containers', 0, 'image'], 'spec.containers[0].image'],
  [['metadata', 'labels', 'app.kubernetes.io/name'], 'metadata.labels["app.kubernetes.io/name"]'],
  [[0, 'a-b'], '[0].a-b'],
  [['', 'x'], '[""].x'],
])('the path %j reads %j', (path, text) => {
  expect(formatPath(path)).toBe(text);
});
