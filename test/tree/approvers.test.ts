import { expect, test } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { severitiesOf } from '#gate/settle.ts';
import { readApprovers } from '#waiver/approvers.ts';
import { repository } from '../support/policy-cases.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

test('for every rule that can be waived there are two persons who may approve it, and no area is named in vain', async () => {
  const { bundle } = await RuleBundle.load();
  const areas = [...new Set([...severitiesOf(bundle.rules).keys()].map((code) => code.replace(/\..*$/s, '')))].sort();
  const { approvers, problems } = readApprovers(worktreeSnapshot(repository));
  expect(problems).toEqual([]);
  expect([...approvers.keys()].sort()).toEqual(areas);
  // Of two one may approve what the other owns or wrote.
  expect([...approvers].filter(([, persons]) => persons.length < 2)).toEqual([]);
});
