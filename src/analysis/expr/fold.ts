import type { ControllerVersion } from '#model/analysis.ts';
import { add, divide, equal, multiply, power, subtract } from './arithmetic.ts';
import { type BinaryNode, type BuiltinNode, type ConstantNode, type Node, type StaticType, withChildren } from './node.ts';
import { compileError } from './trouble.ts';
import { intOf, isInt, type Value } from './value.ts';

/**
 * Computes what is constant, over and over until nothing is left: `x and false` becomes false without computing x, and a division of
 * integer literals by zero is an error of the condition, wherever it stands.
 * @throws Trouble
 */
export const fold = (node: Node, version: ControllerVersion): Node => {
  let [current, isChanged] = [node, true];
  const visit = (inner: Node): Node => {
    const whole = withChildren(inner, visit);
    const folded = foldOne(whole, version);
    if (folded !== undefined) isChanged = true;
    return folded ?? whole;
  };
  while (isChanged) {
    isChanged = false;
    current = visit(current);
  }
  return current;
};

const foldOne = (node: Node, version: ControllerVersion): Node | undefined => {
  if (node.is === 'unary') return foldUnary(node, version);
  if (node.is === 'binary') return foldBinary(node, version);
  if (node.is === 'builtin') return foldFilters(node, version);
  if (node.is === 'array' && node.items.length > 0 && node.items.every(isSimple)) {
    const items = node.items.map((item) => (item as ConstantNode).value);
    return { is: 'constant', value: { of: 'any', items }, at: node.at, type: version === '1.9' ? 'any' : node.type };
  }
  return undefined;
};

/** A filter of a filter becomes one; in the older version the joined predicates are folded no further, which a conditional is not either. */
const foldFilters = (node: BuiltinNode, version: ControllerVersion): Node | undefined => {
  const [base, outer] = node.args;
  if (node.name !== 'filter' || outer === undefined || base?.is !== 'builtin' || base.name !== 'filter') return undefined;
  const [list, inner] = base.args;
  if (list === undefined || inner === undefined) return undefined;
  const { at } = node;
  const joined: Node =
    version === '1.9'
      ? { is: 'conditional', condition: inner, chosen: outer, otherwise: { is: 'constant', value: false, at, type: 'any' }, at, type: 'any' }
      : { is: 'binary', operator: '&&', left: inner, right: outer, at, type: 'any' };
  return { ...node, args: [list, joined] };
};

const isSimple = (node: Node): node is ConstantNode => node.is === 'constant' && node.value !== null && (typeof node.value !== 'object' || isInt(node.value));

const typeOf = (value: Value): StaticType => {
  if (typeof value === 'number') return 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'int';
};

const isIntConstant = (node: Node): boolean => node.is === 'constant' && isInt(node.value);
const isNumberConstant = (node: Node): node is ConstantNode => node.is === 'constant' && (typeof node.value === 'number' || isInt(node.value));

const boolOf = (node: Node): boolean | undefined => (node.is === 'constant' && typeof node.value === 'boolean' ? node.value : undefined);

/** The older version gives a folded truth value, text or remainder no type. */
const constant = (node: Node, value: Value, version: ControllerVersion, isTyped: boolean): ConstantNode => ({
  is: 'constant',
  value,
  at: node.at,
  type: isTyped || version === '1.10' ? typeOf(value) : 'any',
});

const foldUnary = (node: Extract<Node, { is: 'unary' }>, version: ControllerVersion): Node | undefined => {
  const { operator, operand } = node;
  if (operator === '!' || operator === 'not') {
    const bool = boolOf(operand);
    return bool === undefined ? undefined : constant(node, !bool, version, false);
  }
  if (!isNumberConstant(operand)) return undefined;
  const { value } = operand;
  const negated = isInt(value) ? intOf(-value.int) : -(value as number);
  return constant(node, operator === '-' ? negated : value, version, true);
};

const foldBinary = (node: BinaryNode, version: ControllerVersion): Node | undefined => {
  if (/^(and|&&|or|\|\|)$/.test(node.operator)) return foldLogic(node, version);
  const { left, right } = node;
  if (node.operator === '==') return foldEqual(node, version);
  if (left.is !== 'constant' || right.is !== 'constant') return undefined;
  if (node.operator === '+' && typeof left.value === 'string' && typeof right.value === 'string') {
    return constant(node, left.value + right.value, version, false);
  }
  if (!isNumberConstant(left) || !isNumberConstant(right)) return undefined;
  if (node.operator === '%') return foldRemainder(node, version);
  const operation = { '+': add, '-': subtract, '*': multiply, '/': divide, '**': power, '^': power }[node.operator];
  return operation === undefined ? undefined : constant(node, operation(left.value, right.value, node.at), version, true);
};

const foldRemainder = (node: BinaryNode, version: ControllerVersion): Node | undefined => {
  const { left, right } = node;
  if (left.is !== 'constant' || right.is !== 'constant' || !isInt(left.value) || !isInt(right.value)) return undefined;
  if (right.value.int === 0n) return compileError(node.at, 'integer divide by zero');
  return constant(node, intOf(left.value.int % right.value.int), version, false);
};

const foldEqual = (node: BinaryNode, version: ControllerVersion): Node | undefined => {
  const { left, right } = node;
  if (left.is !== 'constant' || right.is !== 'constant') return undefined;
  const isSame = (isIntConstant(left) && isIntConstant(right)) || (typeof left.value === typeof right.value && /^(string|boolean)$/.test(typeof left.value));
  return isSame ? constant(node, equal(left.value, right.value, version), version, false) : undefined;
};

const foldLogic = (node: BinaryNode, version: ControllerVersion): Node | undefined => {
  const [left, right] = [boolOf(node.left), boolOf(node.right)];
  // What leaves the other side as it is, and what decides alone.
  const neutral = node.operator === 'and' || node.operator === '&&';
  if (left === neutral) return node.right;
  if (right === neutral) return node.left;
  return left === !neutral || right === !neutral ? constant(node, !neutral, version, false) : undefined;
};
