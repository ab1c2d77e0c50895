import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ValueChange } from '#model/change.ts';
import { compareValues } from './compare-values.ts';

const lines = (changes: readonly ValueChange[]): string[] =>
  changes.map((c) => `${c.kind} ${c.at} ${JSON.stringify(c.path)}: ${JSON.stringify(c.before)} -> ${JSON.stringify(c.after)}`);
const compared = (before: unknown, after: unknown): string[] => lines(compareValues(before, after));

test('a value that differs is told with both sides and its path', () => {
  expect(compareValues({ spec: { replicas: 2, old: 1 } }, { spec: { replicas: 3, paused: true } })).toEqual([
    { kind: 'changed', path: ['spec', 'replicas'], at: 'spec.replicas', before: 2, after: 3 },
    { kind: 'added', path: ['spec', 'paused'], at: 'spec.paused', after: true },
    { kind: 'removed', path: ['spec', 'old'], at: 'spec.old', before: 1 },
  ]);
});

describe('items of a list are matched by what names them', () => {
  const containers = (...items: readonly object[]) => ({ containers: items });
  const agent = { name: 'agent', image: 'a:1', ports: [{ containerPort: 80 }] };
  const proxy = { name: 'proxy', image: 'p:1' };

  test.each<[string, unknown, unknown, string[]]>([
    ['another order is no change', containers(agent, proxy), containers(proxy, agent), []],
    [
      'a change inside an item is told by its name',
      containers(agent, proxy),
      containers(proxy, { ...agent, image: 'a:2' }),
      ['changed containers[name=agent].image ["containers",1,"image"]: "a:1" -> "a:2"'],
    ],
    [
      'a new item has its place in head',
      containers(agent),
      containers(proxy, agent),
      ['added containers[name=proxy] ["containers",0]: undefined -> {"name":"proxy","image":"p:1"}'],
    ],
    [
      'a lost item has its place in base',
      containers(agent, proxy),
      containers(agent),
      ['removed containers[name=proxy] ["containers",1]: {"name":"proxy","image":"p:1"} -> undefined'],
    ],
    [
      'a renamed item is one lost and one new',
      containers(proxy),
      containers({ ...proxy, name: 'envoy' }),
      [
        'added containers[name=envoy] ["containers",0]: undefined -> {"name":"envoy","image":"p:1"}',
        'removed containers[name=proxy] ["containers",0]: {"name":"proxy","image":"p:1"} -> undefined',
      ],
    ],
    [
      'an emptied list loses each item',
      containers(proxy),
      containers(),
      ['removed containers[name=proxy] ["containers",0]: {"name":"proxy","image":"p:1"} -> undefined'],
    ],
    [
      'a number can name an item',
      [{ containerPort: 80, protocol: 'TCP' }],
      [{ containerPort: 90 }, { containerPort: 80, protocol: 'UDP' }],
      ['added [containerPort=90] [0]: undefined -> {"containerPort":90}', 'changed [containerPort=80].protocol [1,"protocol"]: "TCP" -> "UDP"'],
    ],
    [
      'two items of one name are matched by another field',
      [
        { name: 'a', mountPath: '/x', n: 1 },
        { name: 'a', mountPath: '/y', n: 1 },
      ],
      [
        { name: 'a', mountPath: '/y', n: 2 },
        { name: 'a', mountPath: '/x', n: 1 },
      ],
      ['changed [mountPath=/y].n [0,"n"]: 1 -> 2'],
    ],
    [
      'items that nothing names are matched by place',
      [{ setWeight: 5 }, { pause: {} }],
      [{ setWeight: 50 }, { pause: {} }],
      ['changed [0].setWeight [0,"setWeight"]: 5 -> 50'],
    ],
    [
      'items of one name each, twice, are matched by place',
      [
        { name: 'a', v: 1 },
        { name: 'a', v: 2 },
      ],
      [
        { name: 'a', v: 1 },
        { name: 'a', v: 3 },
      ],
      ['changed [1].v [1,"v"]: 2 -> 3'],
    ],
    [
      'plain values are one value: their order matters',
      { args: ['--a', '--b'] },
      { args: ['--b', '--a'] },
      ['changed args ["args"]: ["--a","--b"] -> ["--b","--a"]'],
    ],
    ['a list that becomes a map is one change', { a: [1] }, { a: { b: 1 } }, ['changed a ["a"]: [1] -> {"b":1}']],
  ])('%s', (_, before, after, changes) => {
    expect(compared(before, after)).toEqual(changes);
  });
});

describe('quantities', () => {
  const resources = (cpu: unknown, field = 'requests') => ({ resources: { [field]: { cpu } } });

  test.each([
    ['1000m', '1'],
    ['1', 1],
    ['0.7', '700m'],
    ['1Gi', '1024Mi'],
    ['1e3', '1k'],
  ])('%j and %j are one amount under requests and limits', (before, after) => {
    expect(compared(resources(before), resources(after))).toEqual([]);
    expect(compared(resources(before, 'limits'), resources(after, 'limits'))).toEqual([]);
  });

  test('another amount is a change, and so is an amount that becomes nonsense', () => {
    expect(compared(resources('1Gi'), resources('1G'))).toEqual(['changed resources.requests.cpu ["resources","requests","cpu"]: "1Gi" -> "1G"']);
    expect(compared(resources('1'), resources('one'))).toEqual(['changed resources.requests.cpu ["resources","requests","cpu"]: "1" -> "one"']);
    expect(compared(resources('two'), resources('one'))).toEqual(['changed resources.requests.cpu ["resources","requests","cpu"]: "two" -> "one"']);
  });

  test('elsewhere a text is a text', () => {
    expect(compared({ data: { size: '1000m' } }, { data: { size: '1' } })).toEqual(['changed data.size ["data","size"]: "1000m" -> "1"']);
    expect(compared({ spec: { replicas: 1 } }, { spec: { replicas: '1' } })).toEqual(['changed spec.replicas ["spec","replicas"]: 1 -> "1"']);
  });

  test('a text that is itself called limits is a text: the agent reads it as it stands', () => {
    expect(compared({ data: { limits: '1000m' } }, { data: { limits: '1' } })).toEqual(['changed data.limits ["data","limits"]: "1000m" -> "1"']);
  });
});

describe('another order of named items', () => {
  const [a, b, c] = [
    { name: 'a', value: '1' },
    { name: 'b', value: '$(a)' },
    { name: 'c', value: '3' },
  ];

  test.each<[string, unknown, unknown, string[]]>([
    [
      'is a change of environment variables, because one expands those before it',
      { env: [a, b] },
      { env: [b, a] },
      ['changed env[order] ["env"]: ["a","b"] -> ["b","a"]'],
    ],
    [
      'is a change of init containers',
      { initContainers: [a, c] },
      { initContainers: [c, a] },
      ['changed initContainers[order] ["initContainers"]: ["a","c"] -> ["c","a"]'],
    ],
    [
      'is a change anywhere in a pod template, which controllers hash',
      { template: { volumes: [a, c] } },
      { template: { volumes: [c, a] } },
      ['changed template.volumes[order] ["template","volumes"]: ["a","c"] -> ["c","a"]'],
    ],
    [
      'is told once, before what differs inside the items',
      { env: [a, b] },
      { env: [b, { ...a, value: '2' }] },
      ['changed env[order] ["env"]: ["a","b"] -> ["b","a"]', 'changed env[name=a].value ["env",1,"value"]: "1" -> "2"'],
    ],
    ['is none where an item only came between', { env: [a, b] }, { env: [a, c, b] }, ['added env[name=c] ["env",1]: undefined -> {"name":"c","value":"3"}']],
    ['is none where order means nothing', { volumes: [a, c] }, { volumes: [c, a] }, []],
  ])('%s', (_, before, after, changes) => {
    expect(compared(before, after)).toEqual(changes);
  });
});

test('a key that is no word is quoted in the path for people', () => {
  expect(compareValues({ labels: {} }, { labels: { 'app.kubernetes.io/name': 'a' } })).toEqual([
    { kind: 'added', path: ['labels', 'app.kubernetes.io/name'], at: 'labels["app.kubernetes.io/name"]', after: 'a' },
  ]);
});

test.each(['constructor', 'toString', '__proto__'])('a field called %s is a field like any other', (key) => {
  const object = JSON.parse(`{${JSON.stringify(key)}: "x"}`) as unknown;
  expect(compareValues({}, object)).toEqual([{ kind: 'added', path: [key], at: key, after: 'x' }]);
  expect(compareValues(object, {})).toEqual([{ kind: 'removed', path: [key], at: key, before: 'x' }]);
});

test.each([
  [null, undefined, ['removed  []: null -> undefined']],
  [undefined, null, ['added  []: undefined -> null']],
  [null, {}, ['changed  []: null -> {}']],
  [{ a: null }, {}, ['removed a ["a"]: null -> undefined']],
  [{ a: '' }, { a: null }, ['changed a ["a"]: "" -> null']],
  [undefined, undefined, []],
  [Number.NaN, Number.NaN, []],
])('%j against %j', (before, after, changes) => {
  expect(compared(before, after)).toEqual(changes);
});

describe('over any two values', () => {
  /** JSON with keys that repeat, so that two values have something in common. */
  const key = fc.constantFrom('name', 'a', 'limits', 'requests', 'port', 'spec');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('1', '1000m', 'x', 1, 2, true, null, ''),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ),
  }));

  test('a value does not differ from itself or from its copy', () => {
    fc.assert(
      fc.property(value, (v) => {
        expect(compareValues(v, v)).toEqual([]);
        expect(compareValues(v, structuredClone(v))).toEqual([]);
      }),
    );
  });

  test('what differs one way differs the other way, with the kinds turned round', () => {
    const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
    fc.assert(
      fc.property(value, value, (a, b) => {
        const there = compareValues(a, b).map((c) => `${c.kind} ${c.at}`);
        const back = compareValues(b, a).map((c) => `${turned[c.kind]} ${c.at}`);
        expect(back.sort()).toEqual(there.sort());
      }),
    );
  });

  test('a change names the value that stands at its path', () => {
    const at = (v: unknown, path: readonly (string | number)[]): unknown =>
      path.reduce<unknown>((inner, k) => (inner as Record<string | number, unknown>)[k], v);
    fc.assert(
      fc.property(value, value, (a, b) => {
        for (const c of compareValues(a, b)) expect(at(c.kind === 'removed' ? a : b, c.path)).toEqual(c.kind === 'removed' ? c.before : c.after);
      }),
    );
  });
});
