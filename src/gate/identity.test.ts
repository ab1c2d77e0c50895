import { expect, test } from 'vitest';
import { finding } from '../../test/support/reports.ts';
import { identityOf } from './identity.ts';

const rollout = (containers: readonly object[], replicas = 1) => ({ kind: 'Rollout', spec: { replicas, containers } });
const main = { name: 'main', image: 'a:1', args: ['--a'] };
const proxy = { name: 'proxy', image: 'p:1' };
const at = (path: readonly (string | number)[], changes = {}) => finding({ path, message: 'is wrong', ...changes });

test('a finding stays the same where its object changes elsewhere, or its list item moves', () => {
  const before = identityOf(at(['spec', 'containers', 0, 'image']), rollout([main]));
  expect(identityOf(at(['spec', 'containers', 1, 'image']), rollout([proxy, main], 3))).toBe(before);
  expect(identityOf(at(['spec', 'containers', 0, 'image'], { line: 7, fingerprint: 'other', roots: ['x'] }), rollout([{ ...main, args: [] }]))).toBe(before);
});

test('a generated object is the same under another hash', () => {
  const of = (subject: string) => identityOf(at([], { subject }), undefined);
  expect(of('v1/ConfigMap/mro/agent-config-tf67cdcg2h')).toBe(of('v1/ConfigMap/mro/agent-config-khkbdbhm72'));
  expect(of('v1/ConfigMap/mro/agent-config-tf67cdcg2h')).not.toBe(of('v1/ConfigMap/mro/other-config-tf67cdcg2h'));
});

test.each([
  ['another value', at(['spec', 'replicas']), rollout([main], 0), at(['spec', 'replicas']), rollout([main], 1)],
  [
    'another list of plain values',
    at(['spec', 'containers', 0, 'args']),
    rollout([main]),
    at(['spec', 'containers', 0, 'args']),
    rollout([{ ...main, args: ['--b'] }]),
  ],
  ['a value that was absent', at(['spec', 'paused']), rollout([]), at(['spec', 'paused']), { kind: 'Rollout', spec: { paused: null } }],
  ['another container', at(['spec', 'containers', 0, 'image']), rollout([main]), at(['spec', 'containers', 0, 'image']), rollout([{ ...main, name: 'x' }])],
  ['another message', at([]), rollout([]), at([], { message: 'is worse' }), rollout([])],
  ['another rule', at([]), rollout([]), at([], { code: 'a.b' }), rollout([])],
  ['a question that is answered', at([], { effect: 'undecided' }), rollout([]), at([]), rollout([])],
])('%s is another finding', (_, a, left, b, right) => {
  expect(identityOf(a, left)).not.toBe(identityOf(b, right));
});
