import { describe, expect, test } from 'vitest';
import { faultOf } from '../../test/support/faults.ts';
import { agentFacts, clusterSpec, smallFleetTree } from '../../test/support/small-fleet.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { compareGenerated, generatedFiles } from './generate.ts';
import { planNewAgent, planRevision } from './plan-agent.ts';
import { planNewCluster } from './plan-cluster.ts';
import { overlaySnapshot, readFleet } from './read-fleet.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const snapshot = treeSnapshot(smallFleetTree());
const fleet = readFleet(snapshot);
const generated = generatedFiles(fleet, snapshot);

describe('generated files', () => {
  test('are the same bytes each time', () => {
    expect([...generatedFiles(readFleet(snapshot), snapshot)]).toEqual([...generated]);
  });

  test('are up to date once written', () => {
    expect(compareGenerated(generated, overlaySnapshot(snapshot, generated))).toEqual([]);
  });

  test('are missed, told apart and found stale', () => {
    const [first = '', second = ''] = [...generated.keys()];
    const tree = new Map(generated).set(second, 'edited by hand\n').set('clusters/_hubs/gone/project.yaml', 'x\n');
    tree.delete(first);
    expect(compareGenerated(generated, overlaySnapshot(snapshot, tree))).toEqual(
      [
        { path: first, problem: snapshot.files.has(first) ? 'different' : 'missing' },
        { path: second, problem: 'different' },
        { path: 'clusters/_hubs/gone/project.yaml', problem: 'stale' },
      ].sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
  });
});

describe('a plan', () => {
  test('for a new agent pins it in the first ring only and raises the count there', () => {
    const files = planNewAgent(fleet, snapshot, agentFacts('paging-analyst'), digest);
    expect([...files.keys()].filter((p) => p.includes('/rings/'))).toEqual(['agents/paging-analyst/rings/w0/pin/kustomization.yaml']);
    expect(files.get('agents/paging-analyst/releases/1.0.0/kustomization.yaml')).toContain(digest);
    expect(files.get('fleet.yaml')).not.toBe(snapshot.read('fleet.yaml').toString());
  });

  test('for an agent that exists is refused, and so is one with facts that are none', () => {
    expect(faultOf(() => planNewAgent(fleet, snapshot, agentFacts('mro-optimizer'), digest))).toMatchObject({ code: 'GATE_EXISTS', fault: 'usage' });
    expect(faultOf(() => planNewAgent(fleet, snapshot, agentFacts('x', { tier: 'Q' }), digest))).toMatchObject({ code: 'GATE_MALFORMED', fault: 'usage' });
  });

  test('for a revision makes the next configuration and pins nothing', () => {
    const files = planRevision(fleet, snapshot, 'mro-optimizer', '9.0.0', digest);
    expect([...files.keys()].some((p) => p.includes('/rings/'))).toBe(false);
    expect(files.get('agents/mro-optimizer/releases/9.0.0/kustomization.yaml')).toMatch(/\.\.\/\.\.\/config\/2\n/);
    expect(faultOf(() => planRevision(fleet, snapshot, 'nobody', '9.0.0', digest))).toMatchObject({ code: 'GATE_NO_AGENT' });
  });

  test('for a new cluster needs a hub that is one, and facts that hold', () => {
    expect([...planNewCluster(fleet, clusterSpec('prd-region-se-09', { trackingAreas: [77] })).keys()]).toContain('clusters/prd-region-se-09/cluster.yaml');
    expect(faultOf(() => planNewCluster(fleet, clusterSpec('prd-region-se-09', { hub: 'nowhere' })))).toMatchObject({ code: 'GATE_MALFORMED' });
    expect(faultOf(() => planNewCluster(fleet, clusterSpec('prd-region-se-09', { timeZone: 'Mars/Olympus' })))).toMatchObject({
      message: expect.stringContaining('IANA'),
    });
  });
});

test('problems of several facts files are told at once, each with its line', () => {
  const broken = { ...smallFleetTree() };
  const agent = Object.keys(broken).find((p) => p.endsWith('mro-optimizer/agent.yaml')) ?? '';
  const cluster = Object.keys(broken).find((p) => p.endsWith('/cluster.yaml')) ?? '';
  broken[agent] = String(broken[agent]).replace('tier: R', 'tier: Q');
  broken[cluster] = String(broken[cluster]).replace(/cells: \d+/, 'cells: many');
  const { message } = faultOf(() => readFleet(treeSnapshot(broken)));
  expect(message.split('\n').map((l) => l.replace(/:\d+:\d+:.*/, ''))).toEqual([agent, cluster].sort());
});
