import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvaluatorLimits } from '#adapters/opa-wasm.ts';
import type { PolicyBundle } from '#model/evaluator.ts';
import type { PolicyInput } from '#model/policy.ts';
import { type Fault, faultOfAsync } from '../support/faults.ts';
import { denying, PolicyWorkshop } from '../support/tiny-policies.ts';

const workshop = new PolicyWorkshop();
const limits = { timeoutMs: 2_000, memoryPages: 2_048 };
const hurried = { ...limits, loadMs: 1_000 };
const input = (more: object = {}): PolicyInput => ({ scope: 'root', root: { path: 'agents/x', kind: 'bootstrap' }, objects: [], base: null, ...more });

let good: PolicyBundle;
beforeAll(async () => {
  good = await workshop.bundle({ 'a.one': denying('a.one', 'input.fail', 'input.fail') });
});
afterAll(() => workshop.close());

/** The fault in which loading or judging ends, and whether the good bundle still judges after it. */
const faultWith = async (wasm: Uint8Array, given: PolicyInput = input({ fail: 'this' }), within: EvaluatorLimits = limits): Promise<Fault> => {
  const fault = await faultOfAsync(workshop.evaluator({ ...good, wasm }, {}, within).then((evaluator) => evaluator.evaluate(given)));
  const next = await (await workshop.evaluator(good, {}, limits)).evaluate(input({ fail: 'this' }));
  expect(next.deny).toHaveLength(1);
  return fault;
};

const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
const text = (s: string): number[] => [s.length, ...Buffer.from(s)];
const section = (id: number, ...body: number[]): number[] => [id, ...leb(body.length), ...body];
const module = (...sections: number[][]): Uint8Array => Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

const oneFunctionType = section(1, 1, 0x60, 0, 0);
const importing = (name: string) => section(2, 1, ...text('env'), ...text(name), 0, 0);
const hugeMemory = section(2, 1, ...text('env'), ...text('memory'), 2, 0, ...leb(65_536));
const loop = [7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b];
const abi = (version: number, minor: number): number[][] => [
  section(6, 2, 0x7f, 0, 0x41, version, 0x0b, 0x7f, 0, 0x41, minor, 0x0b),
  section(7, 2, ...text('opa_wasm_abi_version'), 3, 0, ...text('opa_wasm_abi_minor_version'), 3, 1),
];

describe('a bundle that is none, or another one, is refused when it is loaded', () => {
  test.each<[string, () => Uint8Array, string]>([
    ['H71: truncated', () => good.wasm.subarray(0, good.wasm.length / 2), 'section'],
    ['H71: truncated to nothing', () => new Uint8Array(), 'BufferSource'],
    ['H71: of another magic', () => Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, ...good.wasm.subarray(4)]), 'magic'],
    ['H71: with bytes after its end', () => Buffer.concat([good.wasm, Buffer.from('more')]), 'section'],
    ['H71: without anything that OPA exports', () => module(), ''],
    ['H71: of ABI 2.0', () => module(...abi(2, 0)), 'the bundle has ABI 2.0'],
    ['H71: of ABI 1.9', () => module(...abi(1, 9)), 'the bundle has ABI 1.9'],
    ['H71: that wants 4 GiB of memory', () => module(hugeMemory), 'memory'],
    ['H71: that wants a function nobody has', () => module(oneFunctionType, importing('evil')), 'evil'],
    [
      'H77: that wants a builtin by the name of what every object has',
      () => Buffer.from(Buffer.from(sprintf.wasm).toString('latin1').replaceAll('sprintf', 'valueOf'), 'latin1'),
      'valueOf',
    ],
  ])('%s', async (_, wasm, says) => {
    const fault = await faultWith(wasm());
    expect([fault.code, fault.fault]).toEqual(['GATE_POLICY_FAILED', 'undecided']);
    expect(fault.message).toContain(says);
  });

  let sprintf: PolicyBundle;
  beforeAll(async () => {
    sprintf = await workshop.bundle({ 'a.one': denying('a.one', 'sprintf("%v", [input]) != ""') });
  });

  test('H72: that loops while it is loaded ends at the deadline', async () => {
    const fault = await faultWith(module(oneFunctionType, section(3, 1, 0), section(8, 0), section(10, 1, ...loop)), undefined, hurried);
    expect(fault).toEqual({ code: 'GATE_LIMIT_EXCEEDED', fault: 'limit', message: 'loading the policies took more than 1 s' });
  });
});

describe('a rule that does not end is stopped', () => {
  test('H72: a range of a hundred million numbers', async () => {
    const { wasm } = await workshop.bundle({ 'a.one': denying('a.one', 'count(numbers.range(1, 100000000)) > 0') });
    expect((await faultWith(wasm)).code).toMatch(/^GATE_(LIMIT_EXCEEDED|POLICY_FAILED)$/);
  });

  test('H73: memory that grows', async () => {
    const { wasm } = await workshop.bundle({
      'a.one': denying(
        'a.one',
        'count([x | some i in numbers.range(1, 3000); x := concat("", [s | some j in numbers.range(1, 3000); s := "xxxxxxxxxx"])]) > 0',
      ),
    });
    expect((await faultWith(wasm)).code).toMatch(/^GATE_(LIMIT_EXCEEDED|POLICY_FAILED)$/);
  });

  test('H78: an expression that others can not finish', async () => {
    const bundle = await workshop.bundle({ 'a.one': denying('a.one', 'regex.match("^(a+)+$", input.text)') });
    const verdict = await (await workshop.evaluator(bundle, {}, limits)).evaluate(input({ text: `${'a'.repeat(50_000)}!` }));
    expect(verdict).toMatchObject({ deny: [], rules: ['a.one'] });
  });
});

test.each([[null], [0], [''], [false], [[]]])('H75: %j is no input, and never judged as if there were none', async (value) => {
  expect(await faultWith(good.wasm, value as never)).toMatchObject({
    code: 'GATE_POLICY_FAILED',
    message: 'the policies could not be evaluated: an input is no object',
  });
});

test('H74: a result for a rule that nobody knows is a fault', async () => {
  const bundle = await workshop.bundle({ 'a.one': denying('a.one', 'input.fail') });
  const evaluator = await workshop.evaluator({ ...bundle, rules: bundle.rules.map((r) => ({ ...r, code: 'a.other' })) }, {}, limits);
  expect(await faultOfAsync(evaluator.evaluate(input()))).toMatchObject({ code: 'GATE_POLICY_FAILED', fault: 'undecided' });
});

test('H80: data of 50 MB is a fault or a limit, never a verdict without its data', async () => {
  const verdict = workshop.evaluator(good, { big: 'x'.repeat(50 * 2 ** 20) }, { ...limits, memoryPages: 512 }).then((evaluator) => evaluator.evaluate(input()));
  expect((await faultOfAsync(verdict)).code).toMatch(/^GATE_(LIMIT_EXCEEDED|POLICY_FAILED)$/);
});

test('H80: data with the key __proto__ gives nobody a property', async () => {
  const bundle = await workshop.bundle({ 'a.one': denying('a.one', 'data.polluted') });
  const evaluator = await workshop.evaluator(bundle, JSON.parse('{"__proto__": {"polluted": true}}'), limits);
  expect(await evaluator.evaluate(input())).toMatchObject({ deny: [] });
});
