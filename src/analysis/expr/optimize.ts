import type { ControllerVersion } from '#model/analysis.ts';
import { fold } from './fold.ts';
import { type BinaryNode, type BuiltinNode, type ConstantNode, type Node, type StaticType, withChildren } from './node.ts';
import { unsupported } from './trouble.ts';
import { isInt, type SetValue } from './value.ts';

/**
 * Rewrites the tree as the library's optimiser does. It has to be done, since a rewritten condition may succeed where the written
 * one fails: `len(map(filter(result, p), m))` never computes `m`.
 * @throws Trouble where folding divides by zero
 */
export const optimize = (checked: Node, version: ControllerVersion): Node => {
  const folded = fold(rewrite(checked, inLiteral(version)), version);
  const passes = version === '1.9' ? [inRange, filterMap, filterLen, filterOne] : [inRange, filterMap, filterLen, filterOne, combined, sumLiteral, sumMap];
  return passes.reduce((node, pass) => rewrite(node, (n) => pass(n, version)), folded);
};

type Pass = (node: Node, version: ControllerVersion) => Node;

/** Children first, as the library walks. */
const rewrite = (node: Node, change: (node: Node) => Node): Node => change(withChildren(node, (child) => rewrite(child, change)));

/** The older version loses the type of what it patches. */
const patched = (type: StaticType, version: ControllerVersion): StaticType => (version === '1.9' ? 'any' : type);

const inLiteral =
  (version: ControllerVersion) =>
  (node: Node): Node => {
    if (node.is !== 'binary' || node.operator !== 'in' || node.right.is !== 'array' || node.right.items.length === 0) return node;
    const set = (node.left.type === 'int' ? setOf(node.right.items, 'int') : undefined) ?? setOf(node.right.items, 'string');
    if (set === undefined) return node;
    return { ...node, right: { is: 'constant', value: set, at: node.right.at, type: 'any' }, type: patched(node.type, version) };
  };

const setOf = (items: readonly Node[], keys: SetValue['keys']): SetValue | undefined => {
  const members = items.flatMap((item): (bigint | string)[] => {
    if (item.is !== 'constant') return [];
    if (keys === 'int') return isInt(item.value) ? [item.value.int] : [];
    return typeof item.value === 'string' ? [item.value] : [];
  });
  return members.length === items.length ? { keys, members: new Set(members) } : undefined;
};

const isIntConstant = (node: Node): node is ConstantNode => node.is === 'constant' && isInt(node.value);

const inRange: Pass = (node, version) => {
  if (node.is !== 'binary' || node.operator !== 'in' || node.left.type !== 'int') return node;
  const { left, right, at } = node;
  if (right.is !== 'binary' || right.operator !== '..' || !isIntConstant(right.left) || !isIntConstant(right.right)) return node;
  const bound = (operator: string, limit: Node): BinaryNode => ({ is: 'binary', operator, left, right: limit, at, type: patched('bool', version) });
  return { is: 'binary', operator: 'and', left: bound('>=', right.left), right: bound('<=', right.right), at, type: patched(node.type, version) };
};

const isBuiltin = (node: Node | undefined, name: string, args: number): node is BuiltinNode =>
  node?.is === 'builtin' && node.name === name && node.args.length === args;

const filterMap: Pass = (node, version) => {
  const [list, body] = node.is === 'builtin' ? node.args : [];
  if (!isBuiltin(node, 'map', 2) || body === undefined || !isBuiltin(list, 'filter', 2) || list.map !== undefined) return node;
  return { ...list, map: body, at: node.at, type: patched(node.type, version) };
};

const filterLen: Pass = (node, version) => {
  const [list] = node.is === 'builtin' ? node.args : [];
  if (!isBuiltin(node, 'len', 1) || !isBuiltin(list, 'filter', 2)) return node;
  return { is: 'builtin', name: 'count', args: list.args, at: node.at, type: patched(node.type, version) };
};

/**
 * The first of a filter is looked for alone; an element behind it may be anything. The last is looked for by code that leaves truth
 * values on the stack of the library's machine, so that what stands left of it is lost.
 */
const filterOne: Pass = (node, version) => {
  if (node.is !== 'member' || !isIntConstant(node.property) || !isInt(node.property.value) || !isBuiltin(node.object, 'filter', 2)) return node;
  const index = node.property.value.int;
  if (index === -1n) return unsupported(node.at, 'the last element of a filter, which the library mixes up with what stands before it');
  if (index !== 0n) return node;
  return { ...node.object, name: 'find', at: node.at, type: patched(node.type, version) };
};

const combinations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  all: { and: 'and', '&&': '&&' },
  any: { or: 'or', '||': '||' },
  none: { and: 'or', '&&': '||' },
};

/** `all(x, p) && all(x, q)` becomes `all(x, p && q)`, which computes q where p alone may have answered. */
const combined: Pass = (node) => {
  if (node.is !== 'binary' || node.left.is !== 'builtin' || node.right.is !== 'builtin') return node;
  const { left, right } = node;
  const operator = Object.hasOwn(combinations, left.name) ? combinations[left.name]?.[node.operator] : undefined;
  const [[list, p], [other, q]] = [left.args, right.args];
  if (operator === undefined || right.name !== left.name || list === undefined || p === undefined || other === undefined || q === undefined) return node;
  if (goType(list.type) !== goType(other.type) || shownNode(list) !== shownNode(other)) return node;
  const body: Node = { is: 'binary', operator, left: p, right: q, at: node.at, type: 'any' };
  return { ...left, args: [list, combined(body, '1.10')], at: node.at, type: node.type };
};

const goType = (type: StaticType): string => (typeof type === 'object' ? type.array : type === 'unknown' ? 'any' : type);

/** The node without places and types: two that are the same here print the same. */
const shownNode = (node: Node): string =>
  JSON.stringify(node, (key, value: unknown) => {
    if (key === 'at' || key === 'type') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof Set) return [...(value as ReadonlySet<bigint | string>)].map(String);
    return typeof value === 'number' ? String(value) : value;
  });

/** A sum of written elements is added up from the right, which rounds differently. */
const sumLiteral: Pass = (node) => {
  const [list] = node.is === 'builtin' ? node.args : [];
  if (!isBuiltin(node, 'sum', 1) || list?.is !== 'array' || list.items.length < 2) return node;
  const add = (items: readonly Node[]): Node => {
    const [left, ...rest] = items;
    const right = rest.length === 1 ? rest[0] : add(rest);
    if (left === undefined || right === undefined) throw new TypeError('a sum of fewer than two elements');
    return { is: 'binary', operator: '+', left, right, at: node.at, type: 'any' };
  };
  return { ...add(list.items), type: node.type };
};

const sumMap: Pass = (node) => {
  const [list] = node.is === 'builtin' ? node.args : [];
  return isBuiltin(node, 'sum', 1) && isBuiltin(list, 'map', 2) ? { ...node, args: list.args } : node;
};
