import { beforeAll, expect, test } from 'vitest';
import { runsOn } from '#model/fleet.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { workloadsOf } from '#policy/workloads.ts';
import { isFields, labelOf, textAt, valueAt } from '#util/manifest.ts';
import { type RenderedFleet, renderFleet } from '../support/rendered-fleet.ts';

let rendered: RenderedFleet;
let units: readonly RenderedRoot[];
let overlays: readonly RenderedRoot[];

beforeAll(async () => {
  rendered = await renderFleet();
  units = rendered.roots.filter((r) => r.root.kind === 'agent');
  overlays = rendered.roots.filter((r) => r.root.kind === 'cluster');
}, 300_000);

const ofKind = (root: RenderedRoot, kind: string): Manifest[] => root.objects.filter((o) => textAt(o, 'kind') === kind);

const workloadKinds = ['Rollout', 'StatefulSet'];
const workloads = (root: RenderedRoot): Manifest[] => root.objects.filter((o) => workloadKinds.includes(textAt(o, 'kind')));

const matches = (selector: unknown, labels: Readonly<Record<string, string>>): boolean =>
  isFields(selector) && Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => labels[key] === value);

test('S and M agents are Rollouts, V agents are StatefulSets, one each', () => {
  for (const unit of units) {
    const state = rendered.fleet.agents.get(unit.root.agent ?? '')?.state;
    expect(
      workloads(unit).map((o) => textAt(o, 'kind')),
      unit.root.path,
    ).toEqual([state === 'V' ? 'StatefulSet' : 'Rollout']);
  }
  expect(new Set(units.map((u) => u.root.agent)).size).toBe(54);
});

test('the hashed name of the ConfigMap reaches each workload', () => {
  for (const unit of units) {
    const [config] = ofKind(unit, 'ConfigMap').map((o) => textAt(o, 'metadata', 'name'));
    expect(config, unit.root.path).toMatch(/^agent-config-[a-z0-9]{10}$/);
    for (const workload of workloads(unit)) {
      const volumes = valueAt(workload, 'spec', 'template', 'spec', 'volumes');
      const names = (Array.isArray(volumes) ? volumes : []).map((v) => textAt(v, 'configMap', 'name')).filter((n) => n.startsWith('agent-config'));
      expect(names, unit.root.path).toEqual([config]);
    }
  }
});

test('each Service selects exactly the pods of its unit', () => {
  for (const unit of units) {
    const pods = unit.objects.flatMap(workloadsOf).filter((w) => workloadKinds.includes(w.kind));
    for (const service of ofKind(unit, 'Service')) {
      const selected = pods.filter((p) => matches(valueAt(service, 'spec', 'selector'), p.labels));
      expect(selected, `${unit.root.path} ${textAt(service, 'metadata', 'name')}`).toHaveLength(1);
    }
  }
});

test('no NetworkPolicy peer carries the label of its own agent: a label transformer would break kube-dns', () => {
  for (const unit of units) {
    for (const policy of ofKind(unit, 'NetworkPolicy')) {
      const peers = ['ingress', 'egress'].flatMap((side) => valueAt(policy, 'spec', side) ?? []);
      expect(JSON.stringify(peers), unit.root.path).not.toContain(unit.root.agent);
    }
  }
});

test('replicas and requests are those that the agent declares for the tier', () => {
  for (const unit of units) {
    const agent = rendered.fleet.agents.get(unit.root.agent ?? '');
    const placed = agent?.placement[unit.root.tier as 'hub' | 'region' | 'edge'];
    const [workload] = workloads(unit);
    const scaler = [
      ...ofKind(unit, 'HorizontalPodAutoscaler').map((o) => valueAt(o, 'spec', 'minReplicas')),
      ...ofKind(unit, 'ScaledObject').map((o) => valueAt(o, 'spec', 'minReplicaCount')),
    ];
    expect(agent?.scaling ? scaler : [valueAt(workload, 'spec', 'replicas')], unit.root.path).toEqual([placed?.replicas]);
    expect(valueAt(workload, 'spec', 'template', 'spec', 'containers', 0, 'resources'), unit.root.path).toEqual({
      requests: { cpu: placed?.cpu, memory: placed?.memory },
      limits: { memory: placed?.memory },
    });
  }
});

test('each overlay declares its Applications, its projects and its facts, and every name ends in the cluster', () => {
  expect(overlays).toHaveLength(44);
  for (const overlay of overlays) {
    const kinds = new Set(overlay.objects.map((o) => textAt(o, 'kind')));
    expect([...kinds].sort(), overlay.root.path).toEqual(['AppProject', 'Application', 'ConfigMap']);
    for (const object of overlay.objects) expect(textAt(object, 'metadata', 'name').endsWith(`.${overlay.root.cluster}`), overlay.root.path).toBe(true);
    for (const application of ofKind(overlay, 'Application')) {
      expect(textAt(application, 'spec', 'destination', 'name')).toBe(overlay.root.cluster);
      expect(ofKind(overlay, 'AppProject').map((p) => textAt(p, 'metadata', 'name'))).toContain(textAt(application, 'spec', 'project'));
      expect(valueAt(application, 'spec', 'syncPolicy', 'automated')).toEqual({ prune: true, selfHeal: true });
    }
  }
});

test('every Application of ours points at a root of this repository, of the ring of its cluster', () => {
  const paths = new Set(rendered.roots.map((r) => r.root.path));
  for (const overlay of overlays) {
    const cluster = rendered.fleet.clusters.get(overlay.root.cluster ?? '');
    for (const application of ofKind(overlay, 'Application')) {
      const sources = [valueAt(application, 'spec', 'source') ?? [], valueAt(application, 'spec', 'sources') ?? []].flat();
      const ours = sources.filter((s) => textAt(s, 'repoURL') === rendered.fleet.config.repository).map((s) => textAt(s, 'path'));
      expect(ours.length, textAt(application, 'metadata', 'name')).toBeGreaterThan(0);
      for (const path of ours) {
        expect(paths.has(path), path).toBe(true);
        if (path.startsWith('agents/')) expect(path).toContain(`/rings/${cluster?.wave}/${cluster?.tier}`);
      }
    }
  }
});

test('each cluster runs the agents of its tier, and a vendor adapter exactly where it has the vendor', () => {
  for (const overlay of overlays) {
    const cluster = rendered.fleet.clusters.get(overlay.root.cluster ?? '');
    if (!cluster) throw new Error(overlay.root.path);
    const expected = [...rendered.fleet.agents.values()].filter((a) => a.placement[cluster.tier] !== undefined && runsOn(a, cluster)).map((a) => a.name);
    const declared = ofKind(overlay, 'Application')
      .map((a) => labelOf(a, 'ranfleet.norvik.example/agent'))
      .filter((a) => a !== '');
    expect(declared.sort(), overlay.root.path).toEqual(expected.sort());
  }
});

test('the root bootstraps every hub with one Application per cluster', () => {
  const root = rendered.roots.find((r) => r.root.path === '.');
  const applications = (root ? ofKind(root, 'Application') : []).map((a) => textAt(a, 'spec', 'source', 'path'));
  expect(applications.sort()).toEqual(overlays.map((o) => o.root.path).sort());
});

test('the settings of Argo CD carry the label without which Argo CD does not see them', () => {
  const settings = rendered.roots
    .filter(({ root }) => root.path === 'apps/argo-cd/config/1/resources')
    .flatMap((root) => ofKind(root, 'ConfigMap'))
    .map((o) => `${textAt(o, 'metadata', 'name')} ${labelOf(o, 'app.kubernetes.io/part-of')}`);
  expect(settings.sort()).toEqual(['argocd-cm argocd', 'argocd-cmd-params-cm argocd', 'argocd-rbac-cm argocd']);
});

test('no object of any overlay names the simulator', () => {
  const named = rendered.roots.filter(({ objects }) => /simulated-metrics|ranfleet\.norvik\.example\/simulated["/-]/.test(JSON.stringify(objects)));
  expect(named.map(({ root }) => root.path)).toEqual([]);
});

test('the store of secrets that policies take for granted beside all namespaces is rendered by its component', () => {
  const stores = rendered.roots.filter((r) => r.root.component === 'external-secrets').flatMap((r) => ofKind(r, 'ClusterSecretStore'));
  expect([...new Set(stores.map((o) => textAt(o, 'metadata', 'name')))]).toEqual(['openbao']);
});
