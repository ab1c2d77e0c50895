import { isFields, valueAt } from '#util/manifest.ts';
import { kindOf, nameOf, type Resource, textsOf } from './resource.ts';
import type { Key } from './source-text.ts';
import type { Layer, LayerFault } from './state.ts';
import { child, type Node, nodeAt } from './tree.ts';

interface Selection {
  /** Object and place of the selector. */
  readonly id: string;
  readonly owner: string;
  /** Labels asked for; undefined when the selector is more than equal labels. */
  readonly labels: ReadonlyMap<string, string>;
  /** The pods are in other namespaces, where this kustomization labels nothing. */
  readonly elsewhere: boolean;
}

/** Where workloads keep the labels of their pods. */
const podLabels = (resource: Resource): ReadonlyMap<string, string> | undefined => {
  const kind = kindOf(resource);
  const path = kind === 'Pod' ? [] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  const template = nodeAt(resource.tree, path);
  return child(template, 'spec') === undefined ? undefined : textsOf(nodeAt(template, ['metadata', 'labels']));
};

const selectionsOf = (resource: Resource): Selection[] => {
  const kind = kindOf(resource);
  const owner = `${kind} ${nameOf(resource)}`;
  const made = (node: Node | undefined, at: string, elsewhere = false): Selection[] =>
    node?.is === 'map' && node.items.size > 0 ? [{ id: `${kind} ${at}`, owner, labels: textsOf(node), elsewhere }] : [];
  if (kind === 'Service') return made(nodeAt(resource.tree, ['spec', 'selector']), 'spec.selector');
  if (kind === 'PodDisruptionBudget') return made(nodeAt(resource.tree, ['spec', 'selector', 'matchLabels']), 'spec.selector');
  if (kind !== 'NetworkPolicy') return [];
  const peers = (['ingress', 'egress'] as const).flatMap((side) => {
    const rules = nodeAt(resource.tree, ['spec', side]);
    return rules?.is === 'list' ? rules.items.flatMap((rule, i) => peersOf(rule, side, i).flatMap((peer) => made(peer.labels, peer.at, peer.elsewhere))) : [];
  });
  return [...made(nodeAt(resource.tree, ['spec', 'podSelector', 'matchLabels']), 'spec.podSelector'), ...peers];
};

const peersOf = (rule: Node, side: 'ingress' | 'egress', index: number) => {
  const peers = child(rule, side === 'ingress' ? 'from' : 'to');
  return (peers?.is === 'list' ? peers.items : []).map((peer, j) => ({
    labels: nodeAt(peer, ['podSelector', 'matchLabels']),
    at: `spec.${side}[${index}].peer[${j}]`,
    elsewhere: child(peer, 'namespaceSelector') !== undefined,
  }));
};

/** Objects in order, each with a key that stays when labels change. */
const podsOf = (resources: readonly Resource[]) =>
  resources.flatMap((r, index) => {
    const labels = podLabels(r);
    return labels ? [{ index, labels }] : [];
  });

const selected = ({ labels }: Selection, pods: ReturnType<typeof podsOf>): string =>
  pods
    .filter((pod) => [...labels].every(([key, value]) => pod.labels.get(key) === value))
    .map((pod) => pod.index)
    .join();

/**
 * Selectors that chose other pods before a label transformer than after it: it reached one side only, so a Service,
 * a NetworkPolicy or a budget now selects nothing, or somebody else.
 */
export const selectorFaults = (before: readonly Resource[], after: readonly Resource[], layer: Layer, path: readonly Key[]): LayerFault[] => {
  const [podsBefore, podsAfter] = [podsOf(before), podsOf(after)];
  return before.flatMap((resource, i) => {
    const then = selectionsOf(resource);
    const now = after[i] ? selectionsOf(after[i]) : [];
    return then.flatMap((was, j) => {
      const is = now[j];
      if (is === undefined || !isBroken(was, is, selected(was, podsBefore), selected(is, podsAfter))) return [];
      const origin = resource.origin;
      const chosen = selected(was, podsBefore);
      return [{ ...fault(is, chosen, layer, path), stands: (final: readonly Resource[]) => stillBroken(final, origin, is, chosen === '') }];
    });
  });
};

const isBroken = (was: Selection, is: Selection, chosen: string, chooses: string): boolean =>
  was.elsewhere || chosen === '' ? !sameLabels(was, is) : chosen !== chooses;

const sameLabels = (a: Selection, b: Selection): boolean =>
  a.labels.size === b.labels.size && [...a.labels].every(([key, value]) => b.labels.get(key) === value);

/** A later layer may put both sides right again. */
const stillBroken = (final: readonly Resource[], origin: Resource['origin'], broken: Selection, wasEmpty: boolean): boolean => {
  const resource = final.find((r) => r.origin === origin);
  const now = resource && selectionsOf(resource).find((s) => s.id === broken.id);
  if (now === undefined) return false;
  return wasEmpty || now.elsewhere ? sameLabels(now, broken) : selected(now, podsOf(final)) === '' || sameLabels(now, broken);
};

const fault = (is: Selection, chosen: string, layer: Layer, path: readonly Key[]): LayerFault => {
  const pairs = valueAt(layer.fields, ...path);
  const key = [...is.labels.keys()].find((name) => isFields(pairs) && name in pairs);
  const broken =
    chosen === '' || is.elsewhere ? 'asks pods for a label that this layer does not give them' : 'no longer selects the pods that it selected before';
  return {
    code: 'source.label_breaks_selector',
    message: `${is.owner} ${broken}: ${is.id.replace(/^\S+ /, '')}${key === undefined ? '' : `, label ${key}`}`,
    solution: 'Use labels with includeTemplates instead of includeSelectors, or teach kustomize all kinds concerned under configurations.',
    text: layer.text,
    document: 0,
    path: key === undefined ? path : [...path, key],
  };
};
