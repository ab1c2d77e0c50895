import type { ChangeKind, ValueChange } from '#model/change.ts';
import { isFields } from '#util/manifest.ts';
import { parseQuantity } from '#util/quantity.ts';

/** Fields by which Kubernetes or a person tells list items apart, most specific first. */
const itemKeys = ['name', 'namespace', 'mountPath', 'containerPort', 'templateName', 'key', 'topologyKey', 'port', 'kind', 'path', 'ip', 'type'] as const;

const quantityParents = /^(requests|limits|capacity|hard)$/;

interface Position {
  readonly path: readonly (string | number)[];
  readonly at: string;
}

const start: Position = { path: [], at: '' };

/** All values that differ, in the order of the head object. Lists are matched by key, quantities by value. Pure. */
export const compareValues = (before: unknown, after: unknown, position: Position = start): ValueChange[] => {
  if (Object.is(before, after)) return [];
  if (before === undefined) return [change('added', position, before, after)];
  if (after === undefined) return [change('removed', position, before, after)];
  if (isFields(before) && isFields(after)) return compareFields(before, after, position);
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, position);
  if (equalScalars(before, after, position)) return [];
  return [change('changed', position, before, after)];
};

const change = (kind: ChangeKind, { path, at }: Position, before: unknown, after: unknown): ValueChange => ({
  kind,
  path,
  at,
  ...(kind === 'added' ? {} : { before }),
  ...(kind === 'removed' ? {} : { after }),
});

const compareFields = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, position: Position): ValueChange[] =>
  [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((key) => compareValues(own(before, key), own(after, key), into(position, key)));

/** A field of the object itself: `constructor` is no field just because every object of JavaScript has one. */
const own = (fields: Readonly<Record<string, unknown>>, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);

const into = ({ path, at }: Position, key: string): Position => ({
  path: [...path, key],
  at: /^[\w-]+$/.test(key) ? (at === '' ? key : `${at}.${key}`) : `${at}["${key}"]`,
});

const equalScalars = (before: unknown, after: unknown, { path }: Position): boolean => {
  const isQuantity = path.slice(0, -1).some((key) => typeof key === 'string' && quantityParents.test(key));
  const left = parseQuantity(before);
  return isQuantity && left !== undefined && left === parseQuantity(after);
};

const compareLists = (before: readonly unknown[], after: readonly unknown[], position: Position): ValueChange[] => {
  const key = commonKey(before, after);
  if (key === undefined) return comparePositions(before, after, position);
  const left = new Map(before.map((item, index) => [keyOf(item, key), { item, index }]));
  const right = new Map(after.map((item, index) => [keyOf(item, key), { item, index }]));
  const items = [...new Set([...right.keys(), ...left.keys()])].flatMap((name) => {
    const index = right.get(name)?.index ?? left.get(name)?.index ?? 0;
    return compareValues(left.get(name)?.item, right.get(name)?.item, item(position, index, `${key}=${name}`));
  });
  return [...compareOrder([...left.keys()], [...right.keys()], position), ...items];
};

/** Lists that are worked through from first to last: init containers start so, and a variable expands those before it. */
const orderedLists = new Set<unknown>(['initContainers', 'env', 'envFrom', 'steps', 'rules', 'sources', 'relabelings', 'metricRelabelings']);

/** Another order of the items that both lists have, told once; inside a pod template every order counts, because controllers hash it. */
const compareOrder = (before: readonly string[], after: readonly string[], position: Position): ValueChange[] => {
  if (!orderedLists.has(position.path.at(-1)) && !position.path.includes('template')) return [];
  const [stood, stands] = [new Set(before), new Set(after)];
  const isSame = before.filter((name) => stands.has(name)).join('\n') === after.filter((name) => stood.has(name)).join('\n');
  return isSame ? [] : [change('changed', { ...position, at: `${position.at}[order]` }, before, after)];
};

const comparePositions = (before: readonly unknown[], after: readonly unknown[], position: Position): ValueChange[] => {
  const nested = [...before, ...after].some((v) => typeof v === 'object' && v !== null);
  if (!nested) return JSON.stringify(before) === JSON.stringify(after) ? [] : [change('changed', position, before, after)];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => compareValues(before[i], after[i], item(position, i, String(i)))).flat();
};

const item = ({ path, at }: Position, index: number, label: string): Position => ({ path: [...path, index], at: `${at}[${label}]` });

const keyOf = (value: unknown, key: string): string => (isFields(value) ? String(value[key]) : '');

/** A field that every item of both lists has, and that no two items of one list share. */
const commonKey = (before: readonly unknown[], after: readonly unknown[]): string | undefined =>
  itemKeys.find((key) => [before, after].every((list) => identifies(list, key)));

const identifies = (list: readonly unknown[], key: string): boolean =>
  list.every((v) => isFields(v) && (typeof v[key] === 'string' || typeof v[key] === 'number')) && new Set(list.map((v) => keyOf(v, key))).size === list.length;

/** What names one item of a list, `name=agent`; its place where no field tells all items apart. */
export const itemLabel = (list: readonly unknown[], index: number): string => {
  const key = commonKey(list, list);
  return key === undefined || index >= list.length ? String(index) : `${key}=${keyOf(list[index], key)}`;
};
