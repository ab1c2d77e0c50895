import type { Resource } from './resource.ts';
import { kindOf, nameOf } from './resource.ts';
import type { LayerFault } from './state.ts';
import { child, type Node, nodeAt, pathOf, textOf, type Write } from './tree.ts';

/** What keeps a pod safe and must not vanish on the way: each by a name that does not depend on its place in a list. */
type Guards = ReadonlyMap<string, { readonly parent: Node; readonly key: string }>;

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];

const podSpec = (resource: Resource): Node | undefined => {
  const kind = kindOf(resource);
  const path = kind === 'Pod' ? ['spec'] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
  return nodeAt(resource.tree, path);
};

const guardsOf = (resource: Resource): Guards => {
  const found = new Map<string, { parent: Node; key: string }>();
  const spec = podSpec(resource);
  if (spec?.is !== 'map') return found;
  const add = (name: string, parent: Node, key: string): void => {
    if (child(parent, key) !== undefined) found.set(name, { parent, key });
  };
  const context = (holder: Node, prefix: string): void => {
    add(`${prefix}securityContext`, holder, 'securityContext');
    const inner = child(holder, 'securityContext');
    if (inner?.is !== 'map') return;
    for (const [key, value] of inner.items) {
      add(`${prefix}securityContext.${key}`, inner, key);
      if (value.is === 'map') for (const deep of value.items.keys()) add(`${prefix}securityContext.${key}.${deep}`, value, deep);
    }
  };
  context(spec, '');
  for (const list of ['containers', 'initContainers']) {
    const containers = child(spec, list);
    for (const container of containers?.is === 'list' ? containers.items : []) {
      const prefix = `container ${textOf(child(container, 'name'))} `;
      found.set(prefix.trim(), { parent: containers as Node, key: textOf(child(container, 'name')) });
      context(container, prefix);
      for (const probe of probes) add(`${prefix}${probe}`, container, probe);
      const limits = nodeAt(container, ['resources', 'limits']);
      if (limits?.is === 'map') for (const key of limits.items.keys()) add(`${prefix}resources.limits.${key}`, limits, key);
    }
  }
  return found;
};

/** Guards that a patch took away, each with the line that did it; what a parent took with it is told once. */
export const lostGuards = (before: Resource, after: Resource, patch: Write): LayerFault[] => {
  if (before.tree === after.tree) return [];
  const now = guardsOf(after);
  const lost = [...guardsOf(before).keys()].filter((name) => !now.has(name));
  const roots = lost.filter((name) => !lost.some((other) => other !== name && (name.startsWith(`${other}.`) || name.startsWith(`${other} `))));
  return roots.map((name) => {
    const write = removalOf(after, name) ?? patch;
    return {
      code: 'source.guard_removed',
      message: `${kindOf(after)} ${nameOf(after)} loses ${name} by this patch`,
      solution: 'Take the removal out of the patch; if the value is wrong, set another instead.',
      text: write.author.text,
      document: write.author.document,
      path: pathOf(write.link),
      stands: (final) => {
        const resource = final.find((r) => r.origin === before.origin);
        return resource !== undefined && !guardsOf(resource).has(name);
      },
    };
  });
};

/** The write that took a guard away: its own removal, or whatever wrote the nearest parent that is left. */
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
