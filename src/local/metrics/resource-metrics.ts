import { messageOf } from '#model/errors.ts';
import { compareText } from '#util/order.ts';
import { parseLabelSelector } from './label-selector.ts';
import type { Pod, PodSource } from './pod.ts';
import { type Asked, jsonReply, type Reply, textReply } from './reply.ts';
import type { Settings } from './settings.ts';

const apiVersion = 'metrics.k8s.io/v1beta1';
const root = `/apis/${apiVersion}`;

/** Share of the requests that a pod uses: of CPU unless its namespace's load is set, and always of memory. */
const defaultUse = { cpu: 0.4, memory: 0.6 };

const statusReply = (code: number, reason: string, message: string): Reply =>
  jsonReply(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });

const resource = (name: string, singularName: string, kind: string, namespaced: boolean) => ({ name, singularName, namespaced, kind, verbs: ['get', 'list'] });

const resourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: apiVersion,
  resources: [resource('nodes', 'node', 'NodeMetrics', false), resource('pods', 'pod', 'PodMetrics', true)],
};

/** Usage of one pod as the API tells it: CPU in billionths of a core, memory in KiB. */
const podMetrics = (pod: Pod, load: Settings['load'], now: Date) => {
  const cpuUse = load.findLast(({ namespace }) => namespace === pod.namespace)?.cpuUtilisation ?? defaultUse.cpu;
  return {
    metadata: { name: pod.name, namespace: pod.namespace, labels: pod.labels, creationTimestamp: timestampOf(now) },
    timestamp: timestampOf(now),
    window: '15s',
    containers: pod.containers.map(({ name, cpuCores, memoryBytes }) => ({
      name,
      usage: { cpu: `${Math.round(cpuUse * cpuCores * 1e9)}n`, memory: `${Math.round((defaultUse.memory * memoryBytes) / 1024)}Ki` },
    })),
  };
};

const timestampOf = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

const comparePods = (a: Pod, b: Pod): number => compareText(a.namespace, b.namespace) || compareText(a.name, b.name);

/** Which pods a path asks for: of all namespaces or of one, a list or one by name. */
const podsPath = new RegExp(`^${root}(?:/namespaces/([a-z0-9-]+))?/pods(?:/([a-z0-9.-]+))?$`);

const answerPods = ({ path, query }: Asked, source: PodSource, load: Settings['load']): Reply => {
  const [matched, namespace, name] = podsPath.exec(path) ?? [];
  if (matched === undefined || (name !== undefined && namespace === undefined)) return statusReply(404, 'NotFound', `there is nothing at ${path}`);
  if (query.get('fieldSelector')) return statusReply(400, 'BadRequest', 'the simulated metrics API has no field selectors');
  const now = new Date();
  const running = [...source.pods().values()].filter((pod) => pod.running && (namespace === undefined || pod.namespace === namespace));
  if (name !== undefined) {
    const pod = running.find((candidate) => candidate.name === name);
    if (pod === undefined) return statusReply(404, 'NotFound', `pods.metrics.k8s.io "${namespace}/${name}" not found`);
    return jsonReply(200, { kind: 'PodMetrics', apiVersion, ...podMetrics(pod, load, now) });
  }
  try {
    const selects = parseLabelSelector(query.get('labelSelector') ?? '');
    const items = running.filter((pod) => selects(pod.labels)).sort(comparePods);
    return jsonReply(200, { kind: 'PodMetricsList', apiVersion, metadata: {}, items: items.map((pod) => podMetrics(pod, load, now)) });
  } catch (error) {
    return statusReply(400, 'BadRequest', `unable to parse requirement: ${messageOf(error)}`);
  }
};

/** Answers the secure listener: the part of the resource metrics API that an autoscaler and `kubectl top` ask. Nodes have no metrics here. */
export const answerResourceMetrics = (asked: Asked, source: PodSource, load: Settings['load']): Reply => {
  if (asked.method !== 'GET') return statusReply(405, 'MethodNotAllowed', 'the metrics can only be read');
  switch (asked.path) {
    case '/livez':
    case '/healthz':
      return textReply(200, 'ok');
    case '/readyz':
      return source.synced() ? textReply(200, 'ok') : textReply(503, 'the pods are not listed yet');
    case root:
      return jsonReply(200, resourceList);
    case `${root}/nodes`:
      return jsonReply(200, { kind: 'NodeMetricsList', apiVersion, metadata: {}, items: [] });
    default:
      return answerPods(asked, source, load);
  }
};
