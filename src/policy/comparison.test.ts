import { expect, test } from 'vitest';
import type { RootChange } from '#model/change.ts';
import { agentFacts, clusterSpec, smallFleet } from '../../test/support/small-fleet.ts';
import { capacityOf } from './capacity.ts';
import { monthlyCost } from './monthly-cost.ts';
import { objectChanges } from './object-changes.ts';
import { promotionsOf } from './promotions.ts';

const object = (kind: string, name: string, rest: object = {}) => ({ apiVersion: 'v1', kind, metadata: { name }, ...rest });
const root = { path: 'agents/mro/rings/w3/region', kind: 'agent' } as const;
const spec = { kind: 'changed', path: ['spec', 'clusterIP'], at: 'spec.clusterIP' } as const;

test('the policies see which objects of a root go, and where others change in place', () => {
  const change: RootChange = {
    root,
    kind: 'changed',
    objects: [
      { id: 'a', kind: 'removed', values: [], before: object('Namespace', 'a') },
      { id: 'b', kind: 'changed', values: [spec], before: object('Service', 'b'), after: object('Service', 'b') },
      { id: 'c', kind: 'changed', values: [spec], before: object('ConfigMap', 'c-1', { immutable: true }), after: object('ConfigMap', 'c-2') },
      { id: 'd', kind: 'added', values: [], after: object('Namespace', 'd') },
      { id: 'e', kind: 'removed', values: [], before: object('NetworkPolicy', 'e') },
    ],
  };
  const seen = { root: root.path, apiVersion: 'v1' };
  expect(objectChanges([change])).toEqual([
    { ...seen, id: 'a', kind: 'Namespace', name: 'a', change: 'removed', paths: [], immutable: false },
    { ...seen, id: 'b', kind: 'Service', name: 'b', change: 'changed', paths: [['spec', 'clusterIP']], immutable: false },
    // A new name is a new object.
    { ...seen, id: 'c', kind: 'ConfigMap', name: 'c-1', change: 'changed', paths: [], immutable: true },
  ]);
});

test('of a root that is gone only its Applications count: nothing syncs a folder that is not there', () => {
  const change: RootChange = {
    root,
    kind: 'removed',
    objects: [
      { id: 'a', kind: 'removed', values: [], before: object('Namespace', 'a') },
      { id: 'b', kind: 'removed', values: [], before: object('Application', 'b') },
    ],
  };
  expect(objectChanges([change]).map((o) => o.id)).toEqual(['b']);
});

const placed = { region: { replicas: 2, cpu: '1500m', memory: '3072Mi' } };
const pin = (release: string, pods = placed) => ({ release, config: '1', tiers: ['region'] as const, placed: pods });
const fleetWith = (pins: Readonly<Record<string, ReturnType<typeof pin>>>, nodes = { count: 3, cpu: 16, memoryGi: 64 }) => {
  const fleet = smallFleet();
  const agent = agentFacts('mro') as never;
  const cluster = clusterSpec('prd-region-se-north-01', { nodes }) as never;
  return {
    ...fleet,
    agents: new Map([['mro', agent]]),
    clusters: new Map([['prd-region-se-north-01', cluster]]),
    pins: new Map([['mro', new Map(Object.entries(pins))]]),
  } as unknown as typeof fleet;
};

test('a pin that moves is told with its direction and the earlier rings that run something older', () => {
  const base = fleetWith({ w0: pin('1.0.0'), w1: pin('1.1.0'), w3: pin('1.0.0'), w4: pin('1.2.0'), w5: pin('1.0.0') });
  const head = fleetWith({ w0: pin('1.0.0'), w1: pin('1.1.0'), w3: pin('1.1.0'), w4: pin('1.1.0'), w5: pin('next'), w6a: pin('1.0.0') });
  expect(promotionsOf(base, head)).toEqual([
    { agent: 'mro', ring: 'w3', from: '1.0.0', to: '1.1.0', direction: 'up', skipped: ['w0'] },
    { agent: 'mro', ring: 'w4', from: '1.2.0', to: '1.1.0', direction: 'down', skipped: ['w0'] },
    { agent: 'mro', ring: 'w5', from: '1.0.0', to: 'next', direction: 'unknown', skipped: [] },
  ]);
});

test('requests are held against three quarters of the nodes, in production of all but one', () => {
  const head = fleetWith({ w3: pin('1.0.0') });
  // Two of three nodes: 2 x 16 x 0.75 = 24 cores and 2 x 64 x 0.75 = 96 GiB.
  expect(capacityOf(undefined, head).clusters['prd-region-se-north-01']).toEqual({
    cpu: { requested: 3, budget: 24, percent: 12.5, before: null, delta: null },
    memory: { requested: 6, budget: 96, percent: 6.25, before: null, delta: null },
    gpu: { promised: null, budget: 0, before: null },
  });
  const base = fleetWith({ w3: pin('0.9.0', { region: { replicas: 1, cpu: '500m', memory: '3072Mi' } }) });
  expect(capacityOf(base, head).clusters['prd-region-se-north-01']?.cpu).toEqual({ requested: 3, budget: 24, percent: 12.5, before: 2.08, delta: 2.5 });
});

test('an agent of another ring or tier takes nothing, and a node less leaves less', () => {
  const elsewhere = fleetWith({ w4: pin('1.0.0') });
  expect(capacityOf(undefined, elsewhere).clusters['prd-region-se-north-01']?.cpu.requested).toBe(0);
  const smaller = fleetWith({ w3: pin('1.0.0') }, { count: 2, cpu: 16, memoryGi: 64 });
  expect(capacityOf(fleetWith({ w3: pin('1.0.0') }), smaller).clusters['prd-region-se-north-01']?.cpu).toEqual({
    requested: 3,
    budget: 12,
    percent: 25,
    before: 12.5,
    delta: 0,
  });
});

const allowances = (gpu: number, exceptions = {}) => ({ warn: { cpu: 1, memoryGi: 1, gpu: 0 }, cap: { cpu: 1, memoryGi: 1, gpu }, exceptions });
const prices = { basis: 'assumption', source: 'Round numbers for a test.', currency: 'EUR', perMonth: { cpu: 20, memoryGi: 3, gpu: 500 } } as const;

test('devices are promised by the caps of the agents that run in a cluster, and are held by all nodes but one', () => {
  const with_ = (config: object, gpu?: number) => {
    const fleet = fleetWith({ w3: pin('1.0.0') }, { count: 3, cpu: 16, memoryGi: 64, ...(gpu === undefined ? {} : { gpu }) });
    return { ...fleet, config: { ...fleet.config, ...config } };
  };
  const head = with_({ allowances: allowances(0, { mro: { cap: { gpu: 5 } }, other: { cap: { gpu: 9 } } }) }, 2);
  expect(capacityOf(undefined, head).clusters['prd-region-se-north-01']?.gpu).toEqual({ promised: 5, budget: 4, before: null });
  expect(capacityOf(with_({ allowances: allowances(1) }), head).clusters['prd-region-se-north-01']?.gpu.before).toBe(1);
  expect(capacityOf(with_({}), head).clusters['prd-region-se-north-01']?.gpu.before).toBeNull();
});

test('a month costs more by what all clusters request more, times the prices of the head', () => {
  const priced = (fleet: ReturnType<typeof fleetWith>, gpu = 0) => ({ ...fleet, config: { ...fleet.config, prices, allowances: allowances(gpu) } });
  const small = { region: { replicas: 1, cpu: '500m', memory: '3072Mi' } };
  const [base, head] = [priced(fleetWith({ w3: pin('1.0.0', small) })), priced(fleetWith({ w3: pin('1.1.0') }), 1)];
  // 2.5 cores at 20, 3 GiB at 3, one device at 500.
  expect(monthlyCost(base, head)).toEqual({ cpu: 2.5, memoryGi: 3, gpu: 1, currency: 'EUR', basis: 'assumption', delta: 559 });
  expect(monthlyCost(head, base)).toMatchObject({ cpu: -2.5, delta: -559 });
  // A cluster that goes, goes with its whole bill.
  expect(monthlyCost(base, { ...base, clusters: new Map() })).toMatchObject({ cpu: -0.5, memoryGi: -3, gpu: 0, delta: -19 });
  expect(monthlyCost(base, base)).toBeUndefined();
  expect(monthlyCost(undefined, head)).toBeUndefined();
  expect(monthlyCost(null, head)).toBeUndefined();
  expect(monthlyCost(base, fleetWith({ w3: pin('1.1.0') }))).toBeUndefined();
});
