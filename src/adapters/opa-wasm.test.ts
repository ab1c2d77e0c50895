import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicyBundle } from '#model/evaluator.ts';
import type { PolicyInput } from '#model/policy.ts';
import { faultOfAsync } from '../../test/support/faults.ts';
import { denying, mainRego, PolicyWorkshop, ruleRego } from '../../test/support/tiny-policies.ts';

const workshop = new PolicyWorkshop();
const limits = { timeoutMs: 20_000, memoryPages: 8192 };
const input = (more: object = {}): PolicyInput => ({ scope: 'root', root: { path: 'agents/x', kind: 'bootstrap' }, objects: [], base: null, ...more });
const denied = (what: unknown) => ({ deny: [{ code: 'a.one', object: 'x', path: [], args: { what } }], undecided: [], rules: ['a.one'] });
const silent = { deny: [], undecided: [], rules: ['a.one'] };
const failed = (message: string) => ({ code: 'GATE_POLICY_FAILED', fault: 'undecided', message: `the policies could not be evaluated: ${message}` });

let simple: PolicyBundle;
beforeAll(async () => {
  simple = await workshop.bundle({ 'a.one': denying('a.one', 'input.fail', 'input.fail') });
});
afterAll(() => workshop.close());

const judged = async (rego: string, more: object = {}, data: unknown = {}, main = mainRego) =>
  (await workshop.evaluator(await workshop.bundle({ 'a.one': rego }, main), data, limits)).evaluate(input(more));

describe('a bundle judges', () => {
  test('what fails, what passes, and what it needs of the data', async () => {
    const evaluator = await workshop.evaluator(simple);
    expect(await evaluator.evaluate(input({ fail: 'this' }))).toEqual(denied('this'));
    expect(await evaluator.evaluate(input())).toEqual(silent);
    expect(await judged(denying('a.one', 'data.config.on', 'data.config.text'), {}, { config: { on: true, text: 'from data' } })).toEqual(denied('from data'));
  });

  test('text of any alphabet without a change', async () => {
    expect(await (await workshop.evaluator(simple)).evaluate(input({ fail: 'blåbær 日本 \u0000 🇳🇴 "q" \\' }))).toEqual(denied('blåbær 日本 \u0000 🇳🇴 "q" \\'));
  });

  test('several inputs at once, each with its own answer, also beyond the life of one instance', async () => {
    const evaluator = await workshop.evaluator(simple);
    const numbers = Array.from({ length: 450 }, (_, n) => n + 1);
    expect(await Promise.all(numbers.map((fail) => evaluator.evaluate(input({ fail }))))).toEqual(numbers.map(denied));
  });
});

describe('a function that the host would have to supply is refused at load, before any rule can call it', () => {
  test.each([
    ['sprintf', 'sprintf("%v", [input]) != ""'],
    ['semver.is_valid', 'semver.is_valid(input.scope)'],
    ['units.parse', 'units.parse("1Gi") > 1'],
    ['time.now_ns', 'time.now_ns() > 1'],
    ['json.match_schema', 'json.match_schema({}, {})[0]'],
    ['regex.replace', 'regex.replace("a", "b", "c") != ""'],
    ['http.send', 'http.send({"url": "https://evil.example", "method": "get"}).status_code == 200'],
  ])('%s', async (name, condition) => {
    const bundle = await workshop.bundle({ 'a.one': denying('a.one', `input.never; ${condition}`) });
    expect(await faultOfAsync(workshop.evaluator(bundle))).toEqual(failed(`the bundle needs ${name}, which this host does not supply`));
  });
});

describe('silence is never a pass', () => {
  const verdictRego = (verdict: string): string => `package main\n\nverdict := ${verdict}\n`;

  test.each([
    ['an undefined verdict', verdictRego('{"deny": [], "undecided": [], "rules": ["a.one"]} if input.never'), 'the bundle gave no verdict'],
    ['a verdict without its parts', verdictRego('{"deny": []}'), 'the bundle gave no verdict'],
    ['a verdict that is none', verdictRego('true'), 'the bundle gave no verdict'],
    ['a verdict of no rules', verdictRego('{"deny": [], "undecided": [], "rules": []}'), 'rules did not run: a.one'],
    [
      'a result of another shape',
      verdictRego('{"deny": [{"why": "x"}], "undecided": [], "rules": ["a.one"]}'),
      'a rule returned something that is not a result',
    ],
    [
      'a result that is undecided, of another shape',
      verdictRego('{"deny": [], "undecided": [null], "rules": ["a.one"]}'),
      'a rule returned something that is not a result',
    ],
  ])('%s is a fault', async (_, main, message) => {
    expect(await faultOfAsync(judged(denying('a.one', 'input.fail'), {}, {}, main))).toEqual(failed(message));
  });

  test('a rule that the metadata promises and the bundle lacks is a fault', async () => {
    const more = { ...simple, rules: [...simple.rules, ...simple.rules.map((r) => ({ ...r, code: 'z.gone' }))] };
    expect(await faultOfAsync((await workshop.evaluator(more)).evaluate(input()))).toEqual(failed('rules did not run: z.gone'));
  });

  test('a rule that does not say for which inputs it speaks did not run', async () => {
    expect(await faultOfAsync(judged(denying('a.one', 'input.fail').replace('scope := "root"\n', '')))).toEqual(failed('rules did not run: a.one'));
  });

  test('no rules, no evaluator; and what is no WebAssembly is none either', async () => {
    expect(await faultOfAsync(workshop.evaluator({ ...simple, rules: [] }))).toEqual(failed('the bundle has no rules'));
    expect((await faultOfAsync(workshop.evaluator({ ...simple, wasm: Buffer.from('nope') }))).code).toBe('GATE_POLICY_FAILED');
    expect((await faultOfAsync(workshop.evaluator({ ...simple, wasm: Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]) }))).code).toBe('GATE_POLICY_FAILED');
  });

  test('two values for one rule are a fault, in the words of the package, and the next input is judged as ever', async () => {
    const conflict = ruleRego(
      'a.one',
      'x := 1 if input.both\n\nx := 2 if input.scope == "root"\n\ndeny contains {"object": "x", "path": [], "args": {"what": x}} if x > 0',
    );
    const evaluator = await workshop.evaluator(await workshop.bundle({ 'a.one': conflict }));
    expect(await faultOfAsync(evaluator.evaluate(input({ both: true })))).toEqual(failed('policies/rules/a/one/rule.rego:14:1: var assignment conflict'));
    expect(await evaluator.evaluate(input())).toEqual(denied(2));
  });
});

describe('limits', () => {
  // Comparisons only: what allocates could meet the limit of memory before that of time.
  const slow = denying('a.one', 'count([1 | some i in input.slow; some j in input.slow; i == j; i != j]) > 0');
  const many = Array.from({ length: 60_000 }, (_, n) => n);
  const tooLong = { code: 'GATE_LIMIT_EXCEEDED', fault: 'limit', message: 'judging agents/x took more than 1 s' };
  const stopped = /^GATE_(LIMIT_EXCEEDED|POLICY_FAILED)$/;

  test('an input that takes too long ends the evaluation, and nothing is judged after it', async () => {
    const evaluator = await workshop.evaluator(await workshop.bundle({ 'a.one': slow }), {}, { ...limits, timeoutMs: 1_000 });
    expect(await faultOfAsync(evaluator.evaluate(input({ slow: many })))).toEqual(tooLong);
    expect((await faultOfAsync(evaluator.evaluate(input()))).code).toMatch(stopped);
  });

  test('an input that waits behind it is not judged either', async () => {
    const evaluator = await workshop.evaluator(await workshop.bundle({ 'a.one': slow }), {}, { ...limits, timeoutMs: 1_000 });
    expect(await evaluator.evaluate(input())).toEqual(silent);
    const faults = await Promise.all([input({ slow: many }), input()].map((i) => faultOfAsync(evaluator.evaluate(i))));
    expect(faults.map((f) => f.code)).toEqual(['GATE_LIMIT_EXCEEDED', expect.stringMatching(stopped)]);
  });

  const small = { ...limits, memoryPages: 64 };
  const big = 'x'.repeat(6_000_000);

  test('a rule that takes too much memory is a fault', async () => {
    const bundle = await workshop.bundle({ 'a.one': denying('a.one', 'count(numbers.range(1, 3000000)) > 0') });
    expect(await faultOfAsync((await workshop.evaluator(bundle, {}, small)).evaluate(input()))).toEqual(failed('opa_malloc: failed'));
  });

  test('an input that takes too much memory is a fault, and the next input is judged as ever', async () => {
    const evaluator = await workshop.evaluator(simple, {}, small);
    expect(await faultOfAsync(evaluator.evaluate(input({ big })))).toEqual(failed('WebAssembly.Memory.grow(): Maximum memory size exceeded'));
    expect(await evaluator.evaluate(input({ fail: 'this' }))).toEqual(denied('this'));
  });

  test('data that does not fit is a fault before the first input: none is judged without its data', async () => {
    const bundle = await workshop.bundle({ 'a.one': denying('a.one', 'data.present') });
    expect(await faultOfAsync(workshop.evaluator(bundle, { present: true, big }, small))).toEqual(failed('opa_malloc: failed'));
  });
});

describe('a process of its own', () => {
  /** What a program prints that judges one input with a bundle, and whether it ends by itself. */
  const judgeAlone = (bundle: PolicyBundle) => {
    const wasm = path.join(workshop.directory, 'policy.wasm');
    const script = path.join(workshop.directory, 'judge.mjs');
    writeFileSync(wasm, bundle.wasm);
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
      import { createEvaluator } from ${JSON.stringify(new URL('./opa-wasm.ts', import.meta.url).href)};
      try {
        const evaluator = await createEvaluator({ hash: '', wasm: readFileSync(${JSON.stringify(wasm)}), rules: ${JSON.stringify(bundle.rules)} }, {});
        console.log(JSON.stringify(await evaluator.evaluate(${JSON.stringify(input({ fail: 'this' }))})));
      } catch (error) {
        console.log(error.message);
      }`,
    );
    const { status, signal, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8', timeout: 15_000 });
    return { status, signal, stdout };
  };

  test('prints the verdict alone, though a rule prints, and ends without being told to close', async () => {
    const printing = await workshop.bundle({ 'a.one': denying('a.one', 'print("from a rule", input.fail); input.fail', 'input.fail') });
    expect(judgeAlone(printing)).toEqual({
      status: 0,
      signal: null,
      stdout: `${JSON.stringify({ ...denied('this'), deny: [{ path: [], code: 'a.one', object: 'x', args: { what: 'this' } }] })}\n`,
    });
  });

  test('ends after a bundle that was refused', async () => {
    const refused = await workshop.bundle({ 'a.one': denying('a.one', 'sprintf("%v", [input]) != ""') });
    expect(judgeAlone(refused)).toEqual({
      status: 0,
      signal: null,
      stdout: 'the policies could not be evaluated: the bundle needs sprintf, which this host does not supply\n',
    });
  });
});
