import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { KubeClient, KubeError } from '#adapters/kube-client.ts';
import { messageOf } from '#model/errors.ts';
import type { Manifest } from '#model/ports.ts';
import { runPool } from '#util/pool.ts';
import { argoSecrets, nodeObject, ownAccess, resourceMetrics } from './cluster-objects.ts';
import { kubeconfigOf, layoutOf } from './layout.ts';
import type { Plan } from './plan.ts';
import { crashLoopStage, operatorStages } from './simulated-stages.ts';
import { buildFolder, fleetDefinitions, moduleFolder } from './upstream.ts';

const rollouts = 'github.com/argoproj/argo-rollouts';
const argoCd = 'github.com/argoproj/argo-cd/v3';
const kwok = 'sigs.k8s.io/kwok';

const isKind =
  (...kinds: string[]) =>
  (object: Manifest): boolean =>
    kinds.includes(String(object['kind']));

const isAccess = isKind('ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding');
const nameOf = (object: Manifest): string => (object['metadata'] as { name: string }).name;
const inNamespace = (objects: readonly Manifest[], namespace: string): Manifest[] =>
  objects.map((object) => ({ ...object, metadata: { namespace, ...(object['metadata'] as object) } }));

/** Files that parts read at their start. */
export const writePartFiles = (plan: Plan): void => {
  const layout = layoutOf(plan.root);
  writeFileSync(path.join(layout.data, 'kwok.yaml'), '');
  const scrapeMs = Math.max(250, Math.round(15_000 / plan.timeScale));
  const prometheus = {
    global: { scrape_interval: `${scrapeMs}ms`, scrape_timeout: `${scrapeMs}ms` },
    scrape_configs: [{ job_name: 'simulated-agents', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${plan.ports.metrics}`] }] }],
  };
  writeFileSync(path.join(layout.data, 'prometheus.yaml'), stringify(prometheus));
  // Argo CD calls it for each commit, and the module cache keeps no executable bit.
  const verifier = path.join(layout.data, 'repo-server', 'bin', 'git-verify-wrapper.sh');
  mkdirSync(path.dirname(verifier), { recursive: true });
  writeFileSync(verifier, readFileSync(path.join(moduleFolder(plan.engineRoot, 'argo-cd', argoCd), 'hack', 'git-verify-wrapper.sh')), { mode: 0o755 });
};

/** Kinds, rights and nodes: what a new cluster of the fleet has before the first agent comes. */
export const prepareCluster = async (plan: Plan, tokens: ReadonlyMap<string, string>): Promise<void> => {
  const layout = layoutOf(plan.root);
  const kube = new KubeClient(kubeconfigOf(layout, 'admin'));
  const authority = readFileSync(path.join(layout.pki, 'ca.crt'), 'utf8');
  const build = (set: string, module: string, folder: string): Manifest[] =>
    buildFolder(plan.engineRoot, path.join(moduleFolder(plan.engineRoot, set, module), folder));
  try {
    const definitions = [...build('kwok', kwok, 'kustomize/crd'), ...fleetDefinitions(plan.engineRoot)];
    await applyAll(kube, definitions);
    await established(kube, definitions.map(nameOf));
    kube.forget();
    await applyAll(kube, ['argocd', 'argo-rollouts', 'monitoring'].map(namespace));
    const argo = inNamespace(build('argo-cd', argoCd, 'manifests/cluster-install'), 'argocd');
    const canary = inNamespace(build('argo-rollouts', rollouts, 'manifests/cluster-install'), 'argo-rollouts');
    const settings = isKind('ConfigMap', 'Secret');
    await applyAll(kube, [
      ...ownAccess(),
      ...build('kwok', kwok, 'kustomize/rbac').filter(isAccess),
      ...build('kwok', kwok, 'kustomize/stage/volume/rbac'),
      ...inSubjects(argo.filter(isAccess), 'argocd'),
      ...argo.filter(settings),
      ...inSubjects(canary.filter(isAccess), 'argo-rollouts'),
      ...canary.filter(settings),
      ...argoSecrets(plan, tokens.get('argo-cd') ?? '', authority),
      // An aggregated API without a server would make every discovery fail.
      ...(plan.canaryOnly ? [] : resourceMetrics(plan, authority)),
    ]);
    await applyAll(kube, fleetSettings(plan));
    await applyAll(kube, [
      ...build('kwok', kwok, 'kustomize/stage/fast'),
      ...asEncrypted(build('kwok', kwok, 'kustomize/stage/volume/fast').filter(isKind('Stage', 'StorageClass'))),
      crashLoopStage([]),
      ...operatorStages(),
    ]);
    await runPool([...Array(plan.nodes.count).keys()], 8, (index) => createOnce(kube, plan, index));
  } finally {
    kube.close();
  }
};

/** The fleet's own settings of the two controllers win over upstream's. The plugin lies elsewhere than in the pinned image. */
const fleetSettings = (plan: Plan): Manifest[] => {
  const checkout = path.join(plan.root, 'data', 'checkout');
  const plugin = path.join(plan.engineRoot, '.tools', 'bin', 'gateway-plugin');
  const pluginConfig = { trafficRouterPlugins: stringify([{ name: 'argoproj-labs/gatewayAPI', location: `file://${plugin}` }]) };
  return [
    ...inNamespace(buildFolder(plan.engineRoot, path.join(checkout, 'apps/argo-cd/config/1/resources')).filter(isKind('ConfigMap')), 'argocd'),
    ...inNamespace(buildFolder(plan.engineRoot, path.join(checkout, 'apps/argo-rollouts/config/1/resources')).filter(isAccess), 'argo-rollouts'),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argo-rollouts-config', namespace: 'argo-rollouts' }, data: pluginConfig },
  ];
};

/** Upstream's bindings leave the namespace of their subjects to the installer. */
const inSubjects = (objects: readonly Manifest[], namespace: string): Manifest[] =>
  objects.map((object) => {
    const subjects = object['subjects'] as { kind: string }[] | undefined;
    return subjects === undefined ? object : { ...object, subjects: subjects.map((subject) => ({ ...subject, namespace })) };
  });

/** The fleet's claims name the class `encrypted`; upstream's stages serve a class of another name. */
const asEncrypted = (objects: readonly Manifest[]): Manifest[] => JSON.parse(JSON.stringify(objects).replaceAll('kwok-volume', 'encrypted')) as Manifest[];

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const createOnce = async (kube: KubeClient, plan: Plan, index: number): Promise<void> => {
  const node = nodeObject(plan, index);
  await kube.call('POST', '/api/v1/nodes', node).catch((error: unknown) => {
    if (!(error instanceof KubeError && error.status === 409)) throw error;
  });
};

/** Applies objects side by side. @throws KubeError that names the object which the server refused. */
export const applyAll = async (kube: KubeClient, objects: readonly Manifest[]): Promise<void> => {
  await runPool(objects, 8, async (object) => {
    try {
      await kube.apply(object);
    } catch (error) {
      if (error instanceof KubeError) throw new KubeError(error.status, `${String(object['kind'])} ${nameOf(object)}: ${error.message}`);
      throw error;
    }
  });
};

/** Waits until the server serves the new kinds: 30 s at most. */
const established = async (kube: KubeClient, names: readonly string[]): Promise<void> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const definitions = await kube.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    const ready = new Set(definitions.filter(isEstablished).map(({ metadata }) => metadata.name));
    const missing = names.filter((name) => !ready.has(name));
    if (missing.length === 0) return;
    if (Date.now() > deadline) throw new Error(`the API server does not serve ${missing.join(', ')}`);
    await wait(200);
  }
};

const isEstablished = ({ status }: { readonly [field: string]: unknown }): boolean =>
  ((status as { conditions?: { type: string; status: string }[] })?.conditions ?? []).some(
    ({ type, status: value }) => type === 'Established' && value === 'True',
  );

/** The files of the served commit, for building what the cluster declares. */
export const checkOut = (plan: Plan): string => {
  const layout = layoutOf(plan.root);
  const checkout = path.join(layout.data, 'checkout');
  rmSync(checkout, { recursive: true, force: true });
  try {
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${layout.repository}`, checkout], { encoding: 'utf8' });
  } catch (cause) {
    throw new Error(`the served repository could not be checked out: ${messageOf(cause)}`, { cause });
  }
  return checkout;
};
