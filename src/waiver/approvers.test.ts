import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { areasWithout, readApprovers } from './approvers.ts';
import { readWaivers } from './read.ts';

const file = (approvers: unknown): string => stringify({ apiVersion: 'ranfleet.norvik.example/v1alpha1', kind: 'WaiverApprovers', approvers });
const read = (text: string) => readApprovers(treeSnapshot({ 'waivers/approvers.yaml': text }));
const problems = (text: string): string[] => read(text).problems.map((p) => `${p.code} ${p.file}:${p.line} ${p.message}`);

test('who may approve is said by area; logins know no capitals', () => {
  const { approvers, problems: none } = read(
    file([
      { areas: ['security', 'network'], persons: ['@Anna-Berg'] },
      { areas: ['ran'], persons: ['@mikael-strand', '@anna-berg'] },
    ]),
  );
  expect(none).toEqual([]);
  expect(areasWithout('@anna-berg', ['security.privilege:agent', 'ran.freeze', 'network.mesh'], approvers)).toEqual([]);
  expect(areasWithout('@MIKAEL-strand', ['security.privilege', 'ran.freeze', 'security.rbac', 'cost.agent_cap'], approvers)).toEqual(['security', 'cost']);
});

test('the file is no waiver, and what is wrong with it stands among what is wrong with the waivers', () => {
  expect(readWaivers(treeSnapshot({ 'waivers/approvers.yaml': file([{ areas: ['ran'], persons: ['@a'] }]) }))).toEqual({
    entries: [],
    problems: [],
    approvers: new Map([['ran', ['@a']]]),
  });
  expect(readWaivers(treeSnapshot({ 'waivers/approvers.yaml': 'nothing' })).problems.map((p) => p.code)).toEqual(['waiver.malformed']);
});

describe('of a file that can not be read nobody may approve anything', () => {
  test.each([
    ['no file', undefined, []],
    ['no YAML', 'a: [', [expect.stringMatching(/^waiver\.malformed waivers\/approvers\.yaml:\d+ /)]],
    [
      'a team',
      file([{ areas: ['ran'], persons: ['@norvik/ran'] }]),
      ['waiver.malformed waivers/approvers.yaml:7 approvers.0.persons.0: must be one person, like @anna-berg'],
    ],
    [
      'an area twice',
      file([
        { areas: ['ran'], persons: ['@a'] },
        { areas: ['ran'], persons: ['@b'] },
      ]),
      ['waiver.malformed waivers/approvers.yaml:3 approvers: names the area ran twice'],
    ],
    [
      'a pattern',
      file([{ areas: ['*'], persons: ['@a'] }]),
      ['waiver.malformed waivers/approvers.yaml:5 approvers.0.areas.0: must be the area of rules, like security'],
    ],
    ['nobody', file([]), [expect.stringMatching(/approvers: /)]],
  ])('%s', (_, text, expected) => {
    const found = text === undefined ? readApprovers(treeSnapshot({})) : read(text);
    expect(found.approvers.size).toBe(0);
    if (text !== undefined) expect(problems(text)).toEqual(expected);
  });

  test('a link', () => {
    const linked = readApprovers(treeSnapshot({ 'waivers/approvers.yaml': { symlink: '../elsewhere.yaml' } }));
    expect([linked.approvers.size, linked.problems.map((p) => p.message)]).toEqual([0, ['is no plain file']]);
  });
});
