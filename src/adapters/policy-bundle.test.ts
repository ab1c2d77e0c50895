import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultOfAsync } from '../../test/support/faults.ts';
import { denying, mainRego, PolicyWorkshop } from '../../test/support/tiny-policies.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { loadBundle, policyFiles, policyHash } from './policy-bundle.ts';

const rule = denying('a.one', 'input.fail');
const tree = { 'policies/main/main.rego': mainRego, 'policies/rules/a/one/rule.rego': rule };
const failed = (message: string) => ({ code: 'GATE_POLICY_FAILED', fault: 'undecided', message: `the policies could not be compiled: ${message}` });

let workshop: PolicyWorkshop;
beforeAll(() => {
  workshop = new PolicyWorkshop();
});
afterAll(() => workshop.close());

test('policies are the Rego files below policies/, in path order, and nothing else', () => {
  const more = {
    'policies/z.rego': '',
    'policies/rules/a/one/cases.yaml': '',
    'other/policies/x.rego': '',
    'policies.rego': '',
    'policies/README.rego.md': '',
  };
  expect(policyFiles(treeSnapshot({ ...more, ...tree }))).toEqual(['policies/main/main.rego', 'policies/rules/a/one/rule.rego', 'policies/z.rego']);
});

describe('the hash of the policies', () => {
  const hash = policyHash(treeSnapshot(tree), 'key');

  test.each([
    ['a file beside them', { ...tree, 'policies/rules/a/one/cases.yaml': 'x', 'README.md': 'x' }, 'key', true],
    ['the order of the files', Object.fromEntries(Object.entries(tree).reverse()), 'key', true],
    ['an edited rule', { ...tree, 'policies/rules/a/one/rule.rego': `${rule}\n` }, 'key', false],
    ['a moved rule', { 'policies/main/main.rego': mainRego, 'policies/rules/a/two/rule.rego': rule }, 'key', false],
    ['another rule', { ...tree, 'policies/x.rego': 'package x' }, 'key', false],
    ['another compiler', tree, 'other', false],
  ])('with %s', (_, changed, key, isSame) => {
    expect(policyHash(treeSnapshot(changed), key) === hash).toBe(isSame);
  });
});

test('rules are told by the metadata of their packages, and libraries are no rules', async () => {
  const library = '# METADATA\n# title: A library\npackage lib.some\n\nx := 1\n';
  const deeper = '# METADATA\n# title: Too deep\npackage rules.a.one.helper\n\nx := 1\n';
  const { rules } = await loadBundle(treeSnapshot({ ...tree, 'policies/lib/some.rego': library, 'policies/rules/a/one/helper.rego': deeper }), workshop.tools);
  expect(rules).toEqual([
    {
      code: 'a.one',
      id: '',
      title: 'Title of a.one',
      description: 'Why a.one matters.',
      severity: 'deny',
      controls: [],
      failureMessage: '{what} is wrong',
      solution: 'Mend it.',
    },
  ]);
});

test('equal sources are compiled once, to equal bytes', async () => {
  const first = await workshop.bundle({ 'a.one': rule });
  const files = readdirSync(workshop.cache).sort();
  const again = await loadBundle(treeSnapshot(tree), { ...workshop.tools, opa: 'no-such-opa' });
  expect({ ...again, wasm: Buffer.from(again.wasm) }).toEqual({ ...first, wasm: Buffer.from(first.wasm) });
  expect(files.filter((f) => f.startsWith(first.hash))).toEqual([`${first.hash}.rules.json`, `${first.hash}.wasm`]);
  const elsewhere = await loadBundle(treeSnapshot(tree), { ...workshop.tools, cacheDirectory: path.join(workshop.directory, 'other-cache') });
  expect(Buffer.compare(Buffer.from(elsewhere.wasm), Buffer.from(first.wasm))).toBe(0);
});

test.each(['', '[{"code":', 'null', '[]'])('a kept bundle whose rules read %j is compiled again', async (text) => {
  const tools = { ...workshop.tools, cacheDirectory: mkdtempSync(path.join(workshop.directory, 'kept-')) };
  const first = await loadBundle(treeSnapshot(tree), tools);
  writeFileSync(path.join(tools.cacheDirectory, `${first.hash}.rules.json`), text);
  expect((await loadBundle(treeSnapshot(tree), tools)).rules).toEqual(first.rules);
});

describe('policies that can not judge are a fault', () => {
  test.each([
    ['there are none', {}, 'tree has no policies'],
    ['there is no rule', { 'policies/main/main.rego': mainRego }, 'no rule has metadata'],
    ['a rule has no metadata', { ...tree, 'policies/rules/a/one/rule.rego': rule.replace(/^#.*\n/gm, '') }, 'no rule has metadata'],
  ])('%s', async (_, files, message) => {
    expect(await faultOfAsync(loadBundle(treeSnapshot(files), workshop.tools))).toEqual(failed(message));
  });

  test.each([
    ['there is no entry point', { 'policies/rules/a/one/rule.rego': rule }, /main\/verdict/],
    [
      'a rule is not Rego',
      { ...tree, 'policies/rules/a/one/rule.rego': `${rule}\ndeny contains if {` },
      /^the policies could not be compiled: .*policies\/rules\/a\/one\/rule\.rego:\d+: rego_parse_error/s,
    ],
    [
      'a rule uses a name that is not there',
      { ...tree, 'policies/rules/a/one/rule.rego': denying('a.one', 'no_such_function(input)') },
      /rego_type_error: undefined function no_such_function/,
    ],
  ])('%s', async (_, files, message) => {
    const fault = await faultOfAsync(loadBundle(treeSnapshot(files), workshop.tools));
    expect([fault.code, fault.fault]).toEqual(['GATE_POLICY_FAILED', 'undecided']);
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain(workshop.directory);
  });

  test('the compiler is not there', async () => {
    const tools = { ...workshop.tools, opa: './no-such-opa', cacheDirectory: path.join(workshop.directory, 'empty-cache') };
    expect(await faultOfAsync(loadBundle(treeSnapshot(tree), tools))).toEqual({
      code: 'GATE_TOOL_FAILED',
      fault: 'undecided',
      message: 'no-such-opa could not be started: spawn no-such-opa ENOENT',
    });
  });
});
