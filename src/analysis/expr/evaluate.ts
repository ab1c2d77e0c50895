import type { ControllerVersion } from '#model/analysis.ts';
import { add, compare, divide, equal, multiply, power, remainder, subtract, toInt } from './arithmetic.ts';
import { callFunction } from './functions.ts';
import type { BinaryNode, BuiltinNode, Node } from './node.ts';
import { runtimeError, unsupported } from './trouble.ts';
import { type ArrayValue, floatOf, type IntValue, intOf, isArray, isInt, isSet, typeName, type Value } from './value.ts';

/** What one evaluation knows. */
interface Run {
  readonly version: ControllerVersion;
  readonly result: Value;
  /** What `#` stands for. */
  readonly element?: Value;
}

/** Elements that the library makes at most, of all lists together; ranges are counted here up to a hundredth of it. */
const memoryBudget = 1_000_000n;
const longestRange = 10_000n;

/**
 * Value of an optimised tree.
 * @throws Trouble
 */
export const evaluate = (node: Node, run: Run): Value => {
  switch (node.is) {
    case 'constant':
      return node.value;
    case 'name':
      return run.result;
    case 'pointer':
      return run.element ?? null;
    case 'unary':
      return unary(node.operator, evaluate(node.operand, run), node.at);
    case 'binary':
      return binary(node, run);
    case 'member':
      return element(evaluate(node.object, run), evaluate(node.property, run), node.at);
    case 'conditional':
      return evaluate(truth(evaluate(node.condition, run), node.at) ? node.chosen : node.otherwise, run);
    case 'array':
      return { of: 'any', items: node.items.map((item) => evaluate(item, run)) };
    case 'call':
      return controllerCall(node, run);
    case 'builtin':
      return builtin(node, run);
  }
};

const truth = (value: Value, at: number): boolean => (typeof value === 'boolean' ? value : runtimeError(at, `${typeName(value)} is no truth value`));

const unary = (operator: string, value: Value, at: number): Value => {
  if (operator === '!' || operator === 'not') return !truth(value, at);
  if (operator === '+') return value;
  if (isInt(value)) return intOf(-value.int, value.size);
  return typeof value === 'number' ? -value : runtimeError(at, `- does not go with ${typeName(value)}`);
};

const binary = (node: BinaryNode, run: Run): Value => {
  const { operator, at } = node;
  const left = evaluate(node.left, run);
  const right = (): Value => evaluate(node.right, run);
  switch (operator) {
    case 'and':
    case '&&':
      return truth(left, at) ? right() : false;
    case 'or':
    case '||':
      return truth(left, at) ? true : right();
    case '??':
      return left === null ? right() : left;
    case '==':
      return isEqual(node, left, right(), run.version);
    case '!=':
      return run.version === '1.9' ? !equal(left, right(), run.version) : !isEqual(node, left, right(), run.version);
    case 'in':
      return isIn(left, right(), at, run.version);
    case '..':
      return range(toInt(left, at), toInt(right(), at), at);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(operator, left, right(), at);
    default:
      return arithmetic(operator, left, right(), at);
  }
};

const arithmetic = (operator: string, left: Value, right: Value, at: number): Value => {
  const operation = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': remainder, '**': power, '^': power }[operator];
  return operation === undefined ? unsupported(at, `the operator ${operator}`) : operation(left, right, at);
};

/** Where both types are known beforehand the library compares as them, and fails on a value that is another all the same. */
const isEqual = ({ left: { type: leftType }, right: { type: rightType }, at }: BinaryNode, left: Value, right: Value, version: ControllerVersion): boolean => {
  const isGoInt = (value: Value): boolean => isInt(value) && value.size === 'int';
  if (leftType === 'int' && rightType === 'int' && !(isGoInt(left) && isGoInt(right))) {
    return runtimeError(at, `${typeName(left)} and ${typeName(right)} are not both int`);
  }
  if (leftType === 'string' && rightType === 'string' && !(typeof left === 'string' && typeof right === 'string')) {
    return runtimeError(at, `${typeName(left)} and ${typeName(right)} are not both string`);
  }
  return equal(left, right, version);
};

const isIn = (needle: Value, list: Value, at: number, version: ControllerVersion): boolean => {
  if (list === null) return false;
  if (isArray(list)) return list.items.some((item) => equal(item, needle, version));
  if (!isSet(list)) return runtimeError(at, `in does not go with ${typeName(list)}`);
  if (needle === null) return list.members.has(list.keys === 'int' ? 0n : '');
  const key = isInt(needle) && needle.size === 'int' ? needle.int : needle;
  const isKey = list.keys === 'int' ? typeof key === 'bigint' : typeof key === 'string';
  return isKey ? list.members.has(key as bigint | string) : runtimeError(at, `${typeName(needle)} can not be looked for among ${list.keys}`);
};

const range = ({ int: from }: IntValue, { int: to }: IntValue, at: number): ArrayValue => {
  const size = BigInt.asIntN(64, to - from + 1n);
  if (size > memoryBudget) runtimeError(at, 'memory budget exceeded');
  if (size > longestRange) unsupported(at, `ranges of more than ${longestRange}`);
  return { of: 'int', items: Array.from({ length: size > 0n ? Number(size) : 0 }, (_, step) => intOf(from + BigInt(step))) };
};

const element = (list: Value, index: Value, at: number): Value => {
  if (typeof list === 'string' && floatOf(index) !== undefined) unsupported(at, 'single characters');
  if (!isArray(list)) return runtimeError(at, `${typeName(list)} has no elements`);
  const { int } = toInt(index, at);
  const place = int < 0n ? int + BigInt(list.items.length) : int;
  const value = place < 0n ? undefined : list.items[Number(place)];
  return value === undefined ? runtimeError(at, `index ${int} is out of range: there are ${list.items.length} values`) : value;
};

const controllerCall = (node: Extract<Node, { is: 'call' }>, run: Run): Value => {
  const args = node.args.map((arg) => evaluate(arg, run));
  // These two look at what was measured, whatever they are given; a Prometheus answer is never nil.
  if (node.name === 'isNil') return false;
  if (node.name === 'default') return run.result;
  return callFunction(node.name, args, node.at, run.version);
};

const builtin = (node: BuiltinNode, run: Run): Value => {
  const [first, body] = node.args;
  const isLoop = first !== undefined && (body !== undefined || node.name === 'count' || (node.name === 'sum' && run.version === '1.10'));
  if (!isLoop || node.name === 'max' || node.name === 'min' || node.name === 'mean' || node.name === 'median') {
    const args = node.args.map((arg) => evaluate(arg, run));
    return callFunction(node.name, args, node.at, run.version);
  }
  const list = evaluate(first, run);
  if (typeof list === 'string') unsupported(node.at, 'single characters');
  if (!isArray(list)) return runtimeError(node.at, `${node.name} does not go through ${typeName(list)}`);
  const each = (of: Node | undefined, item: Value): Value => (of === undefined ? item : evaluate(of, { ...run, element: item }));
  return loop(
    node,
    list.items,
    (item) => each(body, item),
    (item) => each(node.map, item),
  );
};

type Apply = (item: Value) => Value;

const loop = (node: BuiltinNode, items: readonly Value[], body: Apply, map: Apply): Value => {
  const { name, at } = node;
  const holds = (item: Value): boolean => truth(body(item), at);
  switch (name) {
    case 'all':
      return items.every(holds);
    case 'none':
      return !items.some(holds);
    case 'any':
      return items.some(holds);
    case 'one':
      return items.filter(holds).length === 1;
    case 'count':
      return intOf(BigInt(items.filter(holds).length));
    case 'filter':
      return { of: 'any', items: items.flatMap((item) => (holds(item) ? [map(item)] : [])) };
    case 'map':
      return { of: 'any', items: items.map(body) };
    case 'sum':
      return items.reduce<Value>((sum, item) => add(body(item), sum, at), intOf(0n));
    default: {
      // Only the optimiser makes it, out of the first element of a filter.
      const found = items.find(holds);
      return found === undefined ? runtimeError(at, 'no value passes the filter') : map(found);
    }
  }
};
