import type { Resource } from './resource.ts';
import { kindOf, nameOf } from './resource.ts';
import type { LayerFault } from './state.ts';
import { child, type Node, nodeAt, pathOf, textOf, type Write } from './tree.ts';

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];

const podSpec = (resource: Resource): Node | undefined => {
  const kind = kindOf(resource);
  const path = kind === 'Pod' ? ['spec'] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
  return nodeAt(resource.tree, path);
};

type Add = (name: string, parent: Node | undefined, key: string) => void;

const safeguardsOf = (resource: Resource): ReadonlySet<string> => {
  const found = new Set<string>();
  const add: Add = (name, parent, key) => {
    if (child(parent, key) !== undefined) found.add(name);
  };
  const spec = podSpec(resource);
  addContext(spec, '', add);
  for (const list of ['containers', 'initContainers']) {
    const containers = child(spec, list);
    for (const container of containers?.is === 'list' ? containers.items : []) {
      found.add(`container ${textOf(child(container, 'name'))}`);
      addContainer(container, add);
    }
  }
  return found;
};

const addContainer = (container: Node, add: Add): void => {
  const prefix = `container ${textOf(child(container, 'name'))} `;
  addContext(container, prefix, add);
  for (const probe of probes) add(`${prefix}${probe}`, container, probe);
  const limits = nodeAt(container, ['resources', 'limits']);
  for (const key of keysOf(limits)) add(`${prefix}resources.limits.${key}`, limits, key);
};

/** A security context, its fields, and what stands inside these. */
const addContext = (holder: Node | undefined, prefix: string, add: Add): void => {
  add(`${prefix}securityContext`, holder, 'securityContext');
  const context = child(holder, 'securityContext');
  for (const key of keysOf(context)) {
    add(`${prefix}securityContext.${key}`, context, key);
    const inner = child(context, key);
    for (const deep of keysOf(inner)) add(`${prefix}securityContext.${key}.${deep}`, inner, deep);
  }
};

const keysOf = (node: Node | undefined): readonly string[] => (node?.is === 'map' ? [...node.items.keys()] : []);

/** Safeguards that a patch took away, each with the line that did it; what a parent took with it is told once. */
export const lostSafeguards = (before: Resource, after: Resource, patch: Write): LayerFault[] => {
  if (before.tree === after.tree) return [];
  const now = safeguardsOf(after);
  const lost = [...safeguardsOf(before)].filter((name) => !now.has(name));
  const roots = lost.filter((name) => !lost.some((other) => other !== name && (name.startsWith(`${other}.`) || name.startsWith(`${other} `))));
  return roots.map((name) => {
    const write = removalOf(after, name) ?? patch;
    return {
      code: 'source.safeguard_removed',
      message: `${kindOf(after)} ${nameOf(after)} loses ${name} by this patch`,
      solution: 'Take the removal out of the patch; if the value is wrong, set another instead.',
      text: write.author.text,
      document: write.author.document,
      path: pathOf(write.link),
      stands: (final) => {
        const resource = final.find((r) => r.origin === before.origin);
        return resource !== undefined && !safeguardsOf(resource).has(name);
      },
    };
  });
};

/** The write that took a safeguard away: its own removal, or whatever wrote the nearest parent that is left. */
const removalOf = (resource: Resource, name: string): Write | undefined => {
  const [, containerName, rest = ''] = /^container (\S*)(?: (.*))?$/.exec(name) ?? [undefined, undefined, name];
  const spec = podSpec(resource);
  if (containerName === undefined) return walkOut(spec, rest.split('.'));
  for (const list of ['containers', 'initContainers']) {
    const containers = child(spec, list);
    if (containers?.is !== 'list') continue;
    const taken = containers.gone?.find(({ item }) => textOf(child(item, 'name')) === containerName);
    const container = containers.items.find((item) => textOf(child(item, 'name')) === containerName);
    if (container !== undefined) return walkOut(container, rest.split('.'));
    if (taken !== undefined) return taken.by;
  }
  return walkOut(spec, ['containers']);
};

const walkOut = (start: Node | undefined, keys: readonly string[]): Write | undefined => {
  let node = start;
  for (const key of keys) {
    const gone = node?.is === 'map' ? node.gone?.get(key) : undefined;
    const next = child(node, key);
    if (next === undefined) return gone ?? node?.by;
    node = next;
  }
  return node?.by;
};
