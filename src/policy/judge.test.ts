import { describe, expect, test } from 'vitest';
import type { ChangeInput, RootInput } from '#model/policy.ts';
import { faultOf, faultOfAsync } from '../../test/support/faults.ts';
import { memoryJudge, result, rule } from '../../test/support/memory-evaluator.ts';
import { fillIn, judgeAll, policyFinding } from './judge.ts';

const rules = [rule('a.one'), rule('b.two')];
const root = (path: string): RootInput => ({ scope: 'root', root: { path, kind: 'bootstrap' }, objects: [], base: null });
const whole: ChangeInput = {
  scope: 'change',
  files: [],
  roots: [],
  inventory: null,
  objects: [],
  promotions: [],
  capacity: { clusters: {} },
  facts: null,
  records: null,
};

test('a result becomes a finding whose text comes from the metadata of its rule', () => {
  expect(policyFinding(rules, result('a.one'), 'deny', 'agents/x')).toEqual({
    code: 'a.one',
    source: 'policy',
    effect: 'deny',
    title: 'Title of a.one',
    message: 'mro does harm',
    solution: 'Do something else.',
    subject: 'v1/Service/mro/agent',
    path: ['spec'],
    roots: ['agents/x'],
    fingerprint: 'ce4ec32c6f3ca9f1',
  });
});

test('what is undecided names what is missing', () => {
  const { effect, message, roots } = policyFinding(rules, result('a.one', { args: { missing: 'input.root' } }), 'undecided', '');
  expect({ effect, message, roots }).toEqual({ effect: 'undecided', message: 'Title of a.one: input.root is missing', roots: [] });
});

test('advice is a warning, and so is a rule before its day: then the message names the day', () => {
  const advice = policyFinding([rule('a.one', { severity: 'warn' })], result('a.one'), 'deny', '');
  expect(advice).toMatchObject({ effect: 'warn', message: 'mro does harm' });
  expect(advice).not.toHaveProperty('effectiveOn');
  const early = policyFinding([rule('a.one', { severity: 'warn', effectiveOn: '2027-03-01' })], result('a.one'), 'deny', '');
  expect(early).toMatchObject({ effect: 'warn', effectiveOn: '2027-03-01', message: 'mro does harm (denied from 2027-03-01 on)' });
  const late = policyFinding([rule('a.one', { effectiveOn: '2027-03-01' })], result('a.one'), 'deny', '');
  expect(late).toMatchObject({ effect: 'deny', message: 'mro does harm', fingerprint: early.fingerprint });
  expect(late).not.toHaveProperty('effectiveOn');
  expect(policyFinding([rule('a.one', { severity: 'warn' })], result('a.one'), 'undecided', '').effect).toBe('undecided');
});

test('a result of a rule without metadata is a fault', () => {
  expect(faultOf(() => policyFinding(rules, result('c.three'), 'deny', ''))).toEqual({
    code: 'GATE_POLICY_FAILED',
    fault: 'undecided',
    message: 'rule c.three has no metadata',
  });
});

test('fingerprints tell findings apart by all that a person sees, and not by their roots', () => {
  const of = (changes: Parameters<typeof result>[1], effect: 'deny' | 'undecided' = 'deny', path = '') =>
    policyFinding(rules, result('a.one', changes), effect, path).fingerprint;
  const all = [of({}), of({ object: 'other' }), of({ path: ['spec', 0] }), of({ args: { who: 'anr' } }), of({}, 'undecided')];
  expect(new Set(all).size).toBe(all.length);
  expect(of({}, 'deny', 'agents/x')).toBe(of({}, 'deny', 'agents/y'));
});

describe('all judges hear all inputs', () => {
  const summary = (found: Awaited<ReturnType<typeof judgeAll>>) => found.map((f) => `${f.effect} ${f.code} ${f.subject} in [${f.roots.join(' ')}]`);

  test('and the same finding of several roots or bundles is told once', async () => {
    const first = memoryJudge(rules, (input) =>
      input.scope === 'root' ? { deny: [result('a.one')] } : { undecided: [result('b.two', { object: 'the change' })] },
    );
    const second = memoryJudge(rules, (input) => ({ deny: input.scope === 'root' ? [result('a.one'), result('b.two', { object: input.root.path })] : [] }));
    const told: number[] = [];
    expect(summary(await judgeAll([first, second], [whole, root('y'), root('x')], (done) => told.push(done)))).toEqual([
      'undecided b.two the change in []',
      'deny a.one v1/Service/mro/agent in [x y]',
      'deny b.two y in [y]',
      'deny b.two x in [x]',
    ]);
    expect(told).toEqual([1, 2, 3]);
  });

  test.each([
    ['deny', 'warn'],
    ['warn', 'deny'],
  ] as const)('and where one bundle says %s and the other %s, the finding denies', async (first, second) => {
    const judges = [first, second].map((severity) =>
      memoryJudge([rule('a.one', { severity, effectiveOn: '2027-03-01' })], () => ({ deny: [result('a.one')] })),
    );
    expect(summary(await judgeAll(judges, [root('x')]))).toEqual(['deny a.one v1/Service/mro/agent in [x]']);
  });

  test('and nothing found is nothing told', async () => {
    expect(await judgeAll([memoryJudge(rules, () => ({}))], [whole, root('x')])).toEqual([]);
    expect(await judgeAll([], [whole])).toEqual([]);
  });

  test('and a judge that fails fails the whole', async () => {
    const strange = memoryJudge(rules, () => ({ deny: [result('z.none')] }));
    expect(await faultOfAsync(judgeAll([strange], [whole]))).toEqual({
      code: 'GATE_POLICY_FAILED',
      fault: 'undecided',
      message: 'rule z.none has no metadata',
    });
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ['{who} does {what}', { who: 'mro', what: 'harm' }, 'mro does harm'],
  ['{who} and {who}', { who: 'mro' }, 'mro and mro'],
  ['{who} does {what}', { who: 'mro' }, 'mro does {what}'],
  ['{list}', { list: ['a', 1, ['b', null]] }, 'a, 1, b, null'],
  ['{list}', { list: [] }, ''],
  ['{n} {t} {z} {o}', { n: 0, t: true, z: null, o: { a: 1 } }, '0 true null {"a":1}'],
  ['{who}', { who: '{what} $& $1', what: 'x' }, '{what} $& $1'],
  ['{not-a-name} {} {{who}}', { who: 'mro' }, '{not-a-name} {} {mro}'],
  ['{constructor} {toString}', {}, '{constructor} {toString}'],
  ['plain', { who: 'mro' }, 'plain'],
])('the message %j with %j reads %j', (template, args, text) => {
  expect(fillIn(template, args)).toBe(text);
});
