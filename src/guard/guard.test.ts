import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Finding } from '#model/finding.ts';
import { rule } from '../../test/support/memory-evaluator.ts';
import { agentFacts, smallFleet, smallFleetTree } from '../../test/support/small-fleet.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { ownerProblems } from './codeowners.ts';
import { commonRegistries, loosenedFacts } from './facts.ts';
import { guardFindings } from './guard.ts';
import { loosenedRules, lostCases } from './policies.ts';

const told = (found: readonly Finding[]): string[] => found.map((f) => `${f.effect} ${f.code} ${f.file}:${f.line} ${f.message}`);

describe('rules may get stricter, not softer', () => {
  const was = rule('a.one', { controls: ['X 1', 'X 2'], effectiveOn: '2027-02-01' });
  test.each([
    ['the same', was, []],
    ['more controls', { ...was, controls: ['X 1', 'X 2', 'X 3'] }, []],
    ['an earlier day', { ...was, effectiveOn: '2027-01-01' }, []],
    ['a later day', { ...was, effectiveOn: '2027-03-01' }, ['a.one denies from 2027-03-01 on, not from 2027-02-01']],
    ['a lost control', { ...was, controls: ['X 2'] }, ['a.one is evidence no more for X 1']],
    ['advice for ever', rule('a.one', { severity: 'warn', controls: was.controls }), ['a.one denies no more, only warns']],
    ['another rule', rule('b.one'), ['the rule a.one is gone']],
  ])('%s', (_, is, messages) => {
    expect(loosenedRules([was], [is]).map((f) => f.message)).toEqual(messages);
  });

  test('and a rule in force gets no day', () => {
    expect(loosenedRules([rule('a.one')], [rule('a.one', { effectiveOn: '2027-03-01' })]).map((f) => f.message)).toEqual([
      'a.one denies from 2027-03-01 on, not at once',
    ]);
  });
});

describe('cases and examples of a rule that stays', () => {
  const file = 'policies/rules/a/one/cases.yaml';
  const cases = (...list: object[]): string => stringify({ cases: list });
  const first = { name: 'denies', input: {}, deny: [{ object: 'x' }], undecided: [] };
  const lost = (before: string, after: string | undefined, path = file) =>
    lostCases(
      [{ path, status: after === undefined ? 'deleted' : 'modified' }],
      treeSnapshot({ [path]: before }),
      treeSnapshot(after === undefined ? {} : { [path]: after }),
      new Set(['a.one']),
    ).map((f) => f.message);

  test('are not lost', () => {
    expect(lost(cases(first), cases({ ...first, input: { a: 1 } }, { name: 'more' }))).toEqual([]);
    expect(lost(cases(first), cases({ ...first, name: 'renamed' }))).toEqual(['the case "denies" is gone']);
    expect(lost(cases(first), cases({ ...first, deny: [] }))).toEqual(['the case "denies" expects deny 0 times, not 1']);
    expect(lost(cases(first), 'cases: [')).toEqual(['the case "denies" is gone']);
    expect(lost(cases(first), undefined)).toEqual([`${file} is gone`]);
    expect(lost('a: 1\n---\nb: 1\n', 'a: 1\n', 'policies/rules/a/one/denied.yaml')).toEqual(['policies/rules/a/one/denied.yaml has 1 examples, not 2']);
  });

  test('but those of a rule that goes are told with the rule', () => {
    expect(lostCases([{ path: file, status: 'deleted' }], treeSnapshot({ [file]: cases(first) }), treeSnapshot({}), new Set())).toEqual([]);
  });
});

describe('facts by which a change would be judged more softly', () => {
  const tree = smallFleetTree();
  const from = (changes: Readonly<Record<string, string>>, base: Readonly<Record<string, string>> = {}): string[] =>
    told(loosenedFacts(smallFleet(base), smallFleet(changes), treeSnapshot({ ...tree, ...changes })));
  const edit = (file: string, was: string, is: string) => ({ [file]: (tree[file] ?? '').replace(was, is) });

  test('are told with their line', () => {
    expect(from({})).toEqual([]);
    expect(from(edit('fleet.yaml', '- registry.norvik.example', '- registry.norvik.example\n  - docker.io'))).toEqual([
      'deny guard.registry_added fleet.yaml:7 allows images of docker.io; the base does not, and judges',
    ]);
    expect(from(edit('fleet.yaml', 'dev: 2', 'dev: 1'))).toEqual(['deny guard.expected_lowered fleet.yaml:8 expects 1 agents in dev, the base 2']);
    expect(from(edit('clusters/prd-region-es-01/cluster.yaml', 'residency: EU/ES', 'residency: EU/SE'))).toEqual([
      'deny guard.facts_loosened clusters/prd-region-es-01/cluster.yaml:14 spec.residency of prd-region-es-01: EU/ES -> EU/SE',
    ]);
    expect(from(edit('clusters/_rings/w3/ring.yaml', 'W: 4', 'W: 1'))).toEqual([
      'deny guard.facts_loosened clusters/_rings/w3/ring.yaml:9 bakeHours.W of w3: 4 -> 1',
    ]);
  });

  test('include the faults that a group must survive, and not an agent that is new', () => {
    const quorum = (f: number | undefined) => ({
      'agents/mro-optimizer/agent.yaml': stringify(agentFacts('mro-optimizer', f === undefined ? {} : { consensus: { f } })),
    });
    expect(from(quorum(1), quorum(2))).toEqual(['deny guard.facts_loosened agents/mro-optimizer/agent.yaml:28 consensus.f of mro-optimizer: 2 -> 1']);
    expect(from(quorum(undefined), quorum(1)).map((t) => t.split(': ').at(-1))).toEqual(['1 -> none']);
    expect(from(quorum(2), quorum(1))).toEqual([]);
    expect(from(edit('fleet.yaml', 'dev: 2', 'dev: 3'))).toEqual([]);
  });

  test('include a cap that rises, for all agents or for one, and one that an exception kept low', () => {
    const caps = (cpu: number, exceptions = '') =>
      edit('fleet.yaml', 'registries:', `allowances: {warn: {cpu: 1, memoryGi: 1, gpu: 0}, cap: {cpu: ${cpu}, memoryGi: 4, gpu: 0}${exceptions}}\nregistries:`);
    const low = ', exceptions: {mro-optimizer: {cap: {cpu: 2}}}';
    expect(from(caps(5), caps(4))).toEqual(['deny guard.facts_loosened fleet.yaml:5 allowances.cap.cpu: 4 -> 5']);
    expect(from(caps(4, ', exceptions: {mro-optimizer: {cap: {gpu: 1}}}'), caps(4))).toEqual([
      'deny guard.facts_loosened fleet.yaml:5 allowances.exceptions.mro-optimizer.cap.gpu: 0 -> 1',
    ]);
    expect(from(caps(4), caps(4, low))).toEqual(['deny guard.facts_loosened fleet.yaml:5 allowances.exceptions.mro-optimizer: 2 -> 4']);
    expect(from(caps(4, low), caps(4))).toEqual([]);
    expect(from(caps(4), {})).toEqual([]);
  });

  test('a change is judged by the registries of both sides', () => {
    const wide = smallFleet(edit('fleet.yaml', '- registry.norvik.example', '- registry.norvik.example\n  - docker.io'));
    expect(commonRegistries(smallFleet(), wide)).toEqual(['registry.norvik.example']);
    expect(commonRegistries(wide, smallFleet())).toEqual(['registry.norvik.example']);
    expect(commonRegistries(undefined, wide)).toEqual(['registry.norvik.example', 'docker.io']);
  });
});

describe('owners of what judges', () => {
  const facts = ['/fleet.yaml', '/contracts/', '/evidence/', '/freezes/', '/stop-the-line.yaml', '/break-glass/', '/agents/*/quarantine.yaml'];
  const owned = ['/src/', '/tools/', '/test/', '/policies/', '/waivers/', ...facts, '/.github/'].map((p) => `${p} @norvik/sec`);
  const problems = (lines: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    ownerProblems(treeSnapshot({ '.github/CODEOWNERS': lines.join('\n'), ...more })).map((f) => `${f.line} ${f.message}`);

  test.each<[string, readonly string[], readonly string[]]>([
    ['a line for each', ['* @a', ...owned], []],
    ['nothing', [], ['1 names no owner']],
    [
      'no line for the keys of the evidence',
      owned.filter((l) => !l.startsWith('/evidence/')),
      ['1 evidence/keys.yaml has no line of its own (keys of the evidence)'],
    ],
    ['comments only', ['# /src/ @a'], ['1 names no owner']],
    ['a line below that takes the owner away', [...owned, '/policies/'], ['14 policies/main/main.rego has no owner (policies)']],
    ['a star below everything', [...owned, '* @a'], ['14 src/gate/gate.ts has no line of its own (engine)']],
    ['an owner that is everybody', [...owned, '/docs/ @norvik/*'], ['14 names @norvik/*, which is no person, team or address']],
    ['a pattern that GitHub skips', [...owned, '!/docs/ @a'], ['14 has the pattern !/docs/, which GitHub skips']],
    [
      'files of a folder, not those below',
      owned.map((l) => l.replace('/policies/', '/policies/*')),
      ['1 policies/main/main.rego has no line of its own (policies)'],
    ],
    ['all files below, by two stars', owned.map((l) => l.replace('/policies/', '/policies/**')), []],
    ['a name at any depth', owned.map((l) => l.replace('/policies/', 'policies/')), []],
  ])('%s', (_, lines, expected) => {
    const found = problems(lines);
    expect(expected.length === 0 ? found : expected.every((e) => found.includes(e))).toEqual(expected.length === 0 ? [] : true);
  });

  test('every guarded file counts, and a file of 3 MB counts as none', () => {
    expect(problems(owned, { 'package.json': '{}' })).toEqual(['1 package.json has no line of its own (engine)']);
    expect(problems([...owned, '#'.repeat(3 * 1024 * 1024)])).toEqual(['1 has 3 MB or more, so that GitHub ignores it']);
    expect(told(ownerProblems(treeSnapshot({})))).toEqual(['deny guard.owners .github/CODEOWNERS:1 does not exist']);
  });
});

test('what a change edits of its own judges is told by area, with whose engine judged', () => {
  const files = [
    'src/a.ts',
    'tools/gate/go.sum',
    'policies/lib/x.rego',
    'agents/a/agent.yaml',
    'package.json',
    'evidence/keys.yaml',
    'evidence/log/1.json',
  ].map((path) => ({
    path,
    status: 'modified' as const,
  }));
  const tree = treeSnapshot({});
  const found = guardFindings({ files, base: tree, head: tree, facts: undefined, rules: { base: [], head: [] }, engineSide: () => 'change' });
  expect(told(found)).toEqual([
    "warn guard.edited src/a.ts:1 edits the engine, 2 files (src/a.ts, package.json); the change's own engine judged: let the base's engine judge before you merge",
    "warn guard.edited tools/gate/go.sum:1 edits the tools, 1 file (tools/gate/go.sum); the change's own engine judged: let the base's engine judge before you merge",
    "warn guard.edited policies/lib/x.rego:1 edits the policies, 1 file (policies/lib/x.rego); the base's policies and the change's own judged, and both must allow",
    'warn guard.edited evidence/keys.yaml:1 edits the keys of the evidence, 1 file (evidence/keys.yaml)',
  ]);
});
