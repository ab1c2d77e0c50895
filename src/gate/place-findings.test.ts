import { expect, test } from 'vitest';
import type { RootChange } from '#model/change.ts';
import { changedFiles } from '#policy/change-input.ts';
import { ClosureGraph } from '#render/closure.ts';
import { finding } from '../../test/support/reports.ts';
import { type Tree, treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { placeFindings } from './place-findings.ts';

const kustomization = (...resources: string[]): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources.map((r) => `  - ${r}\n`).join('')}`;
const root = (ring: string): string => `agents/mro/rings/${ring}/region`;
const before: Tree = {
  'fleet.yaml': 'a: 1\n',
  'agents/mro/agent.yaml': 'owner: ran\nreplicas: 2\n',
  'agents/mro/config/1/a.yaml': 'one\ntwo\nthree\n',
  'agents/_traits/t/v1/kustomization.yaml': kustomization(),
  [`${root('w3')}/kustomization.yaml`]: kustomization('../../../../_traits/t/v1'),
  [`${root('w4')}/kustomization.yaml`]: kustomization('../../../../_traits/t/v1'),
  'clusters/prd-a/cluster.yaml': 'tier: hub\nnodes: 3\n',
};

const changeOf = (ring: string): RootChange => ({
  root: { path: root(ring), kind: 'agent', agent: 'mro', ring, tier: 'region' },
  kind: 'changed',
  objects: [],
});

/** Where findings about these subjects are placed when the tree becomes another one. */
const placed = (after: Tree, subjects: readonly string[], rings: readonly string[] = []): string[] => {
  const [base, head] = [treeSnapshot(before), treeSnapshot(after)];
  const context = {
    base,
    head,
    graph: new ClosureGraph(head),
    files: changedFiles(base, head),
    changes: rings.map(changeOf),
    reach: ({ root: { ring } }: RootChange) => ({ clusters: [], waves: ring === undefined ? [] : [ring] }),
  };
  const findings = subjects.map((subject) => finding({ subject, path: [], roots: [] }));
  return placeFindings(findings, context).map(({ subject, file, line }) => `${subject} at ${file ?? 'none'}:${line ?? '-'}`);
};

test('a file is placed at its first line that differs, wherever that is', () => {
  const file = 'agents/mro/config/1/a.yaml';
  const at = (text: string): string[] => placed({ ...before, [file]: text }, [file]);
  expect([at('one\n2\nthree\n'), at('one\ntwo\n'), at('one\ntwo\nthree\nfour\n'), at('')]).toEqual([
    [`${file} at ${file}:2`],
    [`${file} at ${file}:2`],
    [`${file} at ${file}:4`],
    [`${file} at ${file}:1`],
  ]);
  const { [file]: _, ...without } = before;
  expect(placed(without, [file])).toEqual([`${file} at ${file}:1`]);
  expect(placed({ ...before, 'agents/mro/config/1/b.yaml': 'x\n' }, ['agents/mro/config/1/b.yaml'])).toEqual([
    'agents/mro/config/1/b.yaml at agents/mro/config/1/b.yaml:1',
  ]);
});

test('an agent and a cluster are placed at what changed of them, else at their facts', () => {
  const pin = 'agents/mro/rings/w3/pin/kustomization.yaml';
  const changed = { ...before, 'agents/mro/agent.yaml': 'owner: ran\nreplicas: 3\n', 'clusters/prd-a/cluster.yaml': 'tier: hub\nnodes: 2\n' };
  expect(placed(changed, ['mro', 'prd-a'])).toEqual(['mro at agents/mro/agent.yaml:2', 'prd-a at clusters/prd-a/cluster.yaml:2']);
  expect(placed({ ...changed, [pin]: 'x\n' }, ['mro', root('w3')])).toEqual([`mro at ${pin}:1`, `${root('w3')} at ${root('w3')}/kustomization.yaml:1`]);
  expect(placed(before, ['mro', 'prd-a', 'nobody'])).toEqual(['mro at agents/mro/agent.yaml:1', 'prd-a at clusters/prd-a/cluster.yaml:1', 'nobody at none:-']);
});

test('the change as a whole is placed at the file that reaches most, and among equals at the first that goes beyond one wave', () => {
  const trait = 'agents/_traits/t/v1/kustomization.yaml';
  const touched = (ring: string): Tree => ({ [`${root(ring)}/kustomization.yaml`]: `${kustomization('../../../../_traits/t/v1')}nameSuffix: -x\n` });
  const both = { ...before, ...touched('w3'), ...touched('w4') };
  expect(placed({ ...both, [trait]: `${kustomization()}namePrefix: y\n` }, ['.'], ['w3', 'w4'])).toEqual([`. at ${trait}:4`]);
  expect(placed(both, ['.'], ['w3', 'w4'])).toEqual([`. at ${root('w4')}/kustomization.yaml:5`]);
  expect(placed({ ...before, ...touched('w3') }, ['.'], ['w3'])).toEqual([`. at ${root('w3')}/kustomization.yaml:5`]);
  expect(placed(before, ['.'])).toEqual(['. at none:-']);
});

test('a finding that has a place keeps it, and so does a question', () => {
  const findings = [finding({ file: 'a.yaml', line: 7 }), finding({ effect: 'undecided', subject: 'mro' }), finding({ source: 'source', subject: 'mro' })];
  const head = treeSnapshot(before);
  expect(
    placeFindings(findings, { base: undefined, head, graph: new ClosureGraph(head), files: [], changes: [], reach: () => ({ clusters: [], waves: [] }) }),
  ).toEqual(findings);
});
