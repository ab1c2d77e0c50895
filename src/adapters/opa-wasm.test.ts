import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RootInput } from '#model/policy.ts';
import { faultOfAsync } from '../../test/support/faults.ts';
import { denying, mainRego, PolicyWorkshop, ruleRego } from '../../test/support/tiny-policies.ts';
import { evaluatorLimits } from './opa-wasm.ts';

const input = { scope: 'root', root: { path: 'agents/a', kind: 'agent' }, objects: [], base: null } satisfies RootInput;

let workshop: PolicyWorkshop;
beforeAll(() => {
  workshop = new PolicyWorkshop();
});
afterAll(() => workshop.close());

const evaluate = async (rules: Record<string, string>, main = mainRego, data: unknown = {}) => {
  const evaluator = await workshop.evaluator(await workshop.bundle(rules, main), data);
  return evaluator.evaluate(input);
};

test('a rule that holds and one that does not give one verdict', async () => {
  expect(await evaluate({ 'a.yes': denying('a.yes', 'input.scope == "root"'), 'a.no': denying('a.no', 'input.scope == "change"') })).toEqual({
    deny: [{ code: 'a.yes', object: 'x', path: [], args: { what: 'it' } }],
    undecided: [],
    rules: ['a.no', 'a.yes'],
  });
});

test('data reaches the rules, text outside ASCII unharmed', async () => {
  const verdict = await evaluate({ 'a.data': denying('a.data', 'true', 'data.name') }, mainRego, { name: 'Århus €' });
  expect(verdict.deny[0]?.args).toEqual({ what: 'Århus €' });
});

describe('what the package would let through or choke on is a fault, never a pass', () => {
  test.each([
    ['sprintf, which throws on ordinary data', 'x := sprintf("%v", [input.scope])\n\tx != ""', 'sprintf'],
    ['time, which the package does not supply', 'time.now_ns() > 0', 'time.now_ns'],
    ['semver, which the package does not supply', 'semver.is_valid(input.scope)', 'semver.is_valid'],
  ])('%s is refused when the bundle is loaded', async (_, condition, name) => {
    const fault = await faultOfAsync(evaluate({ 'a.b': denying('a.b', condition) }));
    expect(fault).toMatchObject({ code: 'GATE_POLICY_FAILED', fault: 'undecided', message: expect.stringContaining(name) });
  });

  test('an undefined decision is no empty one', async () => {
    const main = 'package main\n\nverdict := {"deny": set(), "undecided": set(), "rules": {"a.b"}} if input.never\n';
    expect(await faultOfAsync(evaluate({ 'a.b': denying('a.b', 'true') }, main))).toMatchObject({ message: expect.stringContaining('gave no verdict') });
  });

  test('a verdict without one of its parts is none', async () => {
    const main = 'package main\n\nverdict := {"deny": set(), "rules": {"a.b"}}\n';
    expect(await faultOfAsync(evaluate({ 'a.b': denying('a.b', 'true') }, main))).toMatchObject({ message: expect.stringContaining('gave no verdict') });
  });

  test('a rule that was compiled but did not run is missed', async () => {
    const main = mainRego.replace('data.rules[area][rule].scope', 'data.rules[area][rule].scope\n\tinput.never');
    expect(await faultOfAsync(evaluate({ 'a.b': denying('a.b', 'true') }, main))).toMatchObject({ message: expect.stringContaining('rules did not run: a.b') });
  });

  test('values in conflict stop the whole evaluation', async () => {
    const rule = ruleRego('a.b', 'both := 1 if input.scope\n\nboth := 2 if input.root\n\ndeny contains {"object": "x", "path": [], "args": {}} if both == 1');
    expect(await faultOfAsync(evaluate({ 'a.b': rule }))).toMatchObject({ code: 'GATE_POLICY_FAILED', fault: 'undecided' });
  });

  test('a result of the wrong shape is refused', async () => {
    expect(await faultOfAsync(evaluate({ 'a.b': ruleRego('a.b', 'deny contains {"what": 1}') }))).toMatchObject({
      message: expect.stringContaining('not a result'),
    });
  });

  test('a folder without rules gives no bundle', async () => {
    expect(await faultOfAsync(workshop.bundle({}))).toMatchObject({ code: 'GATE_POLICY_FAILED', message: expect.stringContaining('no rule has metadata') });
  });

  test('rules that do not compile are told with their place', async () => {
    expect(await faultOfAsync(workshop.bundle({ 'a.b': 'package rules.a.b\n\ndeny := }\n' }))).toMatchObject({
      code: 'GATE_POLICY_FAILED',
      message: expect.stringContaining('policies/rules/a/b/rule.rego:3'),
    });
  });
});

describe('limits', () => {
  const slow = denying('a.slow', 'some a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n\ta * b == -1');

  test('an evaluation that takes too long is killed, and its worker with it', async () => {
    const evaluator = await workshop.evaluator(await workshop.bundle({ 'a.slow': slow }), {}, { ...evaluatorLimits, timeoutMs: 300 });
    expect(await faultOfAsync(evaluator.evaluate(input))).toMatchObject({
      code: 'GATE_LIMIT_EXCEEDED',
      fault: 'limit',
      message: 'judging agents/a took more than 0.3 s',
    });
  });

  test('memory has a ceiling', async () => {
    const hungry = denying('a.hungry', 'count([x | some a in numbers.range(1, 2000); some b in numbers.range(1, 500); x := [a, b]]) < 0');
    const evaluator = await workshop.evaluator(await workshop.bundle({ 'a.hungry': hungry }), {}, { ...evaluatorLimits, memoryPages: 64 });
    expect(await faultOfAsync(evaluator.evaluate(input))).toMatchObject({ code: 'GATE_POLICY_FAILED', fault: 'undecided' });
  });

  test('an instance is replaced before its memory grows, without a difference in the verdict', async () => {
    const evaluator = await workshop.evaluator(await workshop.bundle({ 'a.yes': denying('a.yes', 'input.scope == "root"') }));
    const first = await evaluator.evaluate(input);
    for (let i = 0; i < 250; i++) expect(await evaluator.evaluate(input)).toEqual(first);
  });
});
