import type { ContainerInput, JsonPath, ResourceAmounts, WorkloadInput } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { parseImage } from '#util/image-reference.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { parseQuantity } from '#util/quantity.ts';

const templatePath: JsonPath = ['spec', 'template'];

const templatePaths: ReadonlyMap<string, JsonPath> = new Map<string, JsonPath>([
  ['Pod', []],
  ['PodTemplate', ['template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ['ScaledJob', ['spec', 'jobTargetRef', 'template']],
]);

const containerLists = [
  ['containers', 'main'],
  ['initContainers', 'init'],
  ['ephemeralContainers', 'ephemeral'],
] as const;

/** Every pod template of an object, whatever its kind: a rule that only knew built-in kinds would pass each Rollout. */
export const workloadsOf = (object: Manifest): WorkloadInput[] => {
  const kind = textAt(object, 'kind');
  const jobs = /^(AnalysisRun|(Cluster)?AnalysisTemplate)$/.test(kind) ? jobTemplates(object) : [];
  const own = templatePaths.get(kind) ?? templatePath;
  const nested = kind === 'Experiment' ? experimentTemplates(object) : [];
  const known = [own, ...jobs, ...nested];
  const said = new Set(known.map((path) => path.join('/')));
  const others = templatesIn(object, []).filter((path) => !said.has(path.join('/')));
  return [...known, ...others].flatMap((path) => workloadAt(object, kind, path));
};

const deepest = 16;

/** Pod templates anywhere in an object: a custom kind that makes pods (a RayCluster, a Sandbox) is judged as a Deployment is. */
const templatesIn = (value: unknown, path: JsonPath): JsonPath[] => {
  if (path.length > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => templatesIn(item, [...path, i]));
  if (!isFields(value)) return [];
  const inner = Object.entries(value).flatMap(([key, child]) => templatesIn(child, [...path, key]));
  return /template$/i.test(String(path.at(-1))) && isFields(value['spec']) ? [path, ...inner] : inner;
};

const jobTemplates = (object: Manifest): JsonPath[] =>
  asList(valueAt(object, 'spec', 'metrics')).map((_, i) => ['spec', 'metrics', i, 'provider', 'job', 'spec', 'template']);

const experimentTemplates = (object: Manifest): JsonPath[] => asList(valueAt(object, 'spec', 'templates')).map((_, i) => ['spec', 'templates', i, 'template']);

const workloadAt = (object: Manifest, kind: string, template: JsonPath): WorkloadInput[] => {
  const path = [...template, 'spec'];
  const spec = valueAt(object, ...path);
  const looksLikePods = isFields(spec) && containerLists.some(([list]) => list in spec);
  if (!looksLikePods) return [];
  const labels = valueAt(object, ...template, 'metadata', 'labels');
  const replicas = valueAt(object, 'spec', 'replicas');
  return [
    {
      kind,
      replicas: typeof replicas === 'number' ? replicas : null,
      labels: isFields(labels) ? Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, String(v)])) : {},
      path,
      spec,
      containers: containerLists.flatMap(([list, role]) => containersIn(spec[list], role, [...path, list])),
    },
  ];
};

const containersIn = (list: unknown, role: ContainerInput['role'], path: JsonPath): ContainerInput[] =>
  asList(list).map((item, i) => {
    const container = isFields(item) ? item : {};
    return {
      name: textAt(container, 'name'),
      role,
      path: [...path, i],
      container,
      image: parseImage(container['image']),
      requests: amounts(valueAt(container, 'resources', 'requests')),
      limits: amounts(valueAt(container, 'resources', 'limits')),
    };
  });

/** Amounts that are not quantities are left out, so that a rule sees them as absent. */
const amounts = (value: unknown): ResourceAmounts =>
  isFields(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, quantity]) => {
          const parsed = parseQuantity(quantity);
          return parsed === undefined ? [] : [[name, parsed]];
        }),
      )
    : {};
