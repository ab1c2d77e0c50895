import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ObjectChange, RootChange, ValueChange } from '#model/change.ts';
import type { ChangedFile } from '#model/policy.ts';
import { agentFacts, smallFleet, smallFleetTree } from '../../test/support/small-fleet.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { changeFacts, type Side } from './change-facts.ts';

const mro = 'agents/mro-optimizer';

const side = (changes: Readonly<Record<string, string>> = {}): Side => ({
  snapshot: treeSnapshot({ ...smallFleetTree(), ...changes }),
  fleet: smallFleet(changes),
});

const runtime = (kpis: readonly string[], objective: number): string =>
  stringify({ writes: [{ class: 'A' }], canary: { kpis }, slos: [{ name: 'reverts', objective, direction: 'at-most' }] });

const release = (version: string, config: string): Record<string, string> => ({
  [`${mro}/releases/${version}/kustomization.yaml`]: `resources:\n  - ../../config/${config}\n`,
  [`${mro}/config/${config}/placement.yaml`]: stringify({ spec: { agent: 'mro-optimizer', region: { replicas: 2, cpu: '250m', memory: '512Mi' } } }),
});

const pin = (version: string): Record<string, string> => ({ [`${mro}/rings/w3/pin/kustomization.yaml`]: `resources:\n  - ../../../releases/${version}\n` });

const file = (path: string): ChangedFile => ({ path, status: 'modified' });

test('without a base every agent is shown, and nothing moves', () => {
  const facts = changeFacts({ base: undefined, head: side(), files: [], changes: [] });
  expect(Object.keys(facts.agents)).toEqual(['mro-optimizer', 'nokia-adapter', 'queen-coordinator']);
  expect(facts.agents['mro-optimizer']).toMatchObject({ base: null, head: { name: 'mro-optimizer' }, configs: [{ config: '1', isNew: true, isNewest: true }] });
  expect(facts.pins['mro-optimizer']).toEqual({ base: {}, head: { w0: '1.0.0', w3: '1.0.0' } });
  expect([facts.moves, facts.canaries, facts.freezes]).toEqual([[], [], []]);
});

test('agents are shown on both sides when the change touches them, with what their new configurations froze', () => {
  const head = side({
    [`${mro}/agent.yaml`]: stringify(agentFacts('mro-optimizer', { conflictGroup: 'other' })),
    ...release('1.1.0', '2'),
    [`${mro}/config/2/runtime.yaml`]: runtime(['M1'], 5),
    ...release('1.2.0', '10'),
  });
  const { agents } = changeFacts({ base: side(), head, files: [file(`${mro}/agent.yaml`), file('docs/x.md')], changes: [] });
  expect(Object.keys(agents)).toEqual(['mro-optimizer']);
  expect(agents['mro-optimizer']).toMatchObject({ base: { conflictGroup: 'mro-optimizer' }, head: { conflictGroup: 'other' } });
  expect(agents['mro-optimizer']?.configs).toEqual([
    { config: '2', isNew: true, isNewest: false, writes: [{ class: 'A' }] },
    { config: '10', isNew: true, isNewest: true, writes: null },
  ]);
});

test('a pin moves forward to what is higher or new, and back to what is lower and stood before', () => {
  const known = { ...release('0.9.0', '2'), ...release('1.0.10', '2'), [`${mro}/config/2/runtime.yaml`]: runtime(['M1', 'R1'], 5) };
  const direction = (from: string, to: string, base = known) => {
    const facts = changeFacts({ base: side({ ...base, ...pin(from) }), head: side({ ...known, ...pin(to) }), files: [], changes: [] });
    return facts.moves.map((m) => m.direction);
  };
  expect(direction('1.0.0', '1.0.10')).toEqual(['forward']);
  expect(direction('1.0.10', '1.0.0')).toEqual(['back']);
  expect(direction('1.0.0', '0.9.0')).toEqual(['back']);
  expect(direction('1.0.0', '0.9.0', {} as typeof known)).toEqual(['forward']);
  expect(direction('1.0.0', '1.0.0')).toEqual([]);
  const { moves } = changeFacts({ base: side(known), head: side({ ...known, ...pin('0.9.0') }), files: [], changes: [] });
  expect(moves).toEqual([
    {
      agent: 'mro-optimizer',
      ring: 'w3',
      direction: 'back',
      from: { release: '1.0.0', kpis: [], slos: [] },
      to: { release: '0.9.0', kpis: ['M1', 'R1'], slos: [{ name: 'reverts', objective: 5, direction: 'at-most' }] },
    },
  ]);
});

const value = (...path: (string | number)[]): ValueChange => ({ kind: 'changed', path, at: path.join('.') });

const object = (kind: string, change: ObjectChange['kind'], ...values: ValueChange[]): ObjectChange => ({
  id: `${kind}/agent`,
  kind: change,
  values,
  ...(change === 'added' ? {} : { before: { kind } }),
  ...(change === 'removed' ? {} : { after: { kind } }),
});

test('a canary change says whether the image changed, and which canary steps and analysis did', () => {
  const canaryOf = (...objects: ObjectChange[]) => {
    const root = { path: 'r', kind: 'agent', agent: 'mro-optimizer', ring: 'w3' } as const;
    const change: RootChange = { root, kind: 'changed', objects };
    const [canary] = changeFacts({ base: side(), head: side(), files: [], changes: [change] }).canaries;
    return [canary?.image, canary?.judgement];
  };
  const image = value('spec', 'template', 'spec', 'containers', 0, 'image');
  expect(canaryOf(object('Rollout', 'changed', image))).toEqual([true, []]);
  expect(canaryOf(object('Rollout', 'changed', image, value('spec', 'strategy', 'canary', 'steps', 0)))).toEqual([true, ['Rollout/agent']]);
  expect(canaryOf(object('AnalysisTemplate', 'changed', value('spec', 'metrics')), object('AnalysisTemplate', 'added'))).toEqual([
    false,
    ['AnalysisTemplate/agent'],
  ]);
  expect(canaryOf(object('AnalysisTemplate', 'removed'), object('ConfigMap', 'changed', value('data', 'image')))).toEqual([false, ['AnalysisTemplate/agent']]);
});

test('roots that are new, or belong to no agent, have no canary that could be loosened', () => {
  const changes: RootChange[] = [
    { root: { path: 'r', kind: 'agent', agent: 'mro-optimizer', ring: 'w3' }, kind: 'added', objects: [] },
    { root: { path: 'c', kind: 'cluster', cluster: 'prd-region-se-01' }, kind: 'changed', objects: [] },
  ];
  expect(changeFacts({ base: side(), head: side(), files: [], changes }).canaries).toEqual([]);
});

const freeze = (name: string, scope: unknown, from: string, until: string): Record<string, string> => ({
  [`freezes/${name}.yaml`]: stringify({
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Freeze',
    name,
    reason: 'Nobody is there to watch',
    owner: '@norvik/ran-operations',
    scope,
    from,
    until,
    timeZone: 'Europe/Stockholm',
  }),
});

test('freezes of both sides are shown as UTC days, with the clusters of their countries, rings and names', () => {
  const base = side(freeze('spain', { countries: ['ES'] }, '2026-12-24T00:00', '2026-12-25T01:00'));
  const head = side(freeze('ring', { rings: ['w4'], clusters: ['prd-region-se-02'] }, '2026-06-24T02:00', '2026-06-26T02:00'));
  const { freezes } = changeFacts({ base, head, files: [], changes: [] });
  expect(freezes.map(({ name, firstDay, lastDay, clusters }) => [name, firstDay, lastDay, clusters])).toEqual([
    ['spain', '2026-12-23', '2026-12-24', ['prd-region-es-01']],
    ['ring', '2026-06-24', '2026-06-25', ['prd-region-es-01', 'prd-region-se-02']],
  ]);
});
