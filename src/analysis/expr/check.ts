import type { ControllerVersion, ResultShape } from '#model/analysis.ts';
import { checkFunction } from './function-types.ts';
import { controllerFunctions, foreignFunctions, functions } from './language.ts';
import { type ArrayType, type Node, predicateFunctions, type StaticType } from './node.ts';
import { checkBinary } from './operator-types.ts';
import { compileError, unsupported } from './trouble.ts';
import { arrayOf, assignable, isAny, isArrayType, isInteger, isNumber, kindOf, nameOf, openType, type Typing } from './types.ts';
import { floatOf, isInt, type Value } from './value.ts';

const isController = (name: string): name is keyof typeof controllerFunctions => Object.hasOwn(controllerFunctions, name);

/**
 * The tree with the types that the library's checker gives, or the first error that it finds.
 * @throws Trouble
 */
export const check = (node: Node, shape: ResultShape, version: ControllerVersion): Node =>
  visit(node, { version, result: shape === 'scalar' ? 'float64' : { array: '[]float64', element: 'float64' }, element: undefined });

interface Scope {
  readonly version: ControllerVersion;
  readonly result: StaticType;
  /** Type of what `#` stands for; undefined outside predicates. */
  readonly element: StaticType | undefined;
}

const visit = (node: Node, scope: Scope): Node => {
  switch (node.is) {
    case 'constant':
      return { ...node, type: constantType(node.value) };
    case 'name':
      return { ...node, type: nameType(node.name, node.at, scope) };
    case 'pointer':
      return { ...node, type: scope.element ?? compileError(node.at, 'there is no element outside a predicate') };
    case 'unary':
      return unary(node, scope);
    case 'binary': {
      const [left, right] = [visit(node.left, scope), visit(node.right, scope)];
      return { ...node, left, right, type: checkBinary(node, left.type, right.type, scope.version) };
    }
    case 'member':
      return member(node, scope);
    case 'conditional':
      return conditional(node, scope);
    case 'array': {
      const items = node.items.map((item) => visit(item, scope));
      return { ...node, items, type: literalType(items, scope.version) };
    }
    case 'call':
      return call(node, scope);
    case 'builtin':
      return node.name === 'sum' || predicateFunctions.has(node.name) ? predicated(node, scope) : plain(node, scope);
  }
};

const constantType = (value: Value): StaticType => {
  if (value === null) return 'nil';
  if (isInt(value)) return value.size;
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : 'float64';
};

const nameType = (name: string, at: number, { result }: Scope): StaticType => {
  if (name === 'result') return result;
  const isFunction = isController(name) || functions.has(name) || predicateFunctions.has(name) || foreignFunctions.has(name) || name === '$env';
  return isFunction ? unsupported(at, `${name} as a value`) : compileError(at, `unknown name ${name}`);
};

const unary = (node: Extract<Node, { is: 'unary' }>, scope: Scope): Node => {
  const operand = visit(node.operand, scope);
  const isSign = node.operator === '+' || node.operator === '-';
  if (isAny(operand.type)) return { ...node, operand, type: isSign ? openType(scope.version) : 'bool' };
  if (isSign && isNumber(operand.type)) return { ...node, operand, type: operand.type };
  if (!isSign && operand.type === 'bool') return { ...node, operand, type: 'bool' };
  return compileError(node.at, `${node.operator} does not go with ${nameOf(operand.type)}`);
};

const member = (node: Extract<Node, { is: 'member' }>, scope: Scope): Node => {
  const [object, property] = [visit(node.object, scope), visit(node.property, scope)];
  const typed = (type: StaticType): Node => ({ ...node, object, property, type });
  if (isAny(object.type)) return typed(openType(scope.version));
  const isField = property.is === 'constant' && typeof property.value === 'string';
  if (!isArrayType(object.type) || isField) return compileError(node.at, `${nameOf(object.type)} has no ${isField ? 'fields' : 'elements'}`);
  if (!isInteger(property.type) && !isAny(property.type)) {
    return compileError(node.property.at, `an element is chosen by an integer, not by ${nameOf(property.type)}`);
  }
  return typed(object.type.element);
};

const conditional = (node: Extract<Node, { is: 'conditional' }>, scope: Scope): Node => {
  const condition = visit(node.condition, scope);
  if (condition.type !== 'bool' && !isAny(condition.type)) compileError(node.condition.at, `${nameOf(condition.type)} is no condition`);
  const [chosen, otherwise] = [visit(node.chosen, scope), visit(node.otherwise, scope)];
  return { ...node, condition, chosen, otherwise, type: eitherType(chosen.type, otherwise.type, scope.version) };
};

const eitherType = (one: StaticType, other: StaticType, version: ControllerVersion): StaticType => {
  if (one === 'nil') return withoutLiteral(other);
  if (other === 'nil') return withoutLiteral(one);
  if (!assignable(one, other)) return openType(version);
  if (version === '1.9' || !isArrayType(one) || !isArrayType(other)) return withoutLiteral(one);
  return assignable(one.element, other.element) && assignable(other.element, one.element) ? one : arrayOf('any', version);
};

const withoutLiteral = (type: StaticType): StaticType => (isArrayType(type) ? { array: type.array, element: type.element } : type);

const literalType = (items: readonly Node[], version: ControllerVersion): ArrayType => {
  const isShared = new Set(items.map((item) => kindOf(item.type))).size <= 1;
  const last = items.at(-1)?.type ?? 'unknown';
  if (version === '1.10') return arrayOf(isShared ? last : 'any', version);
  return { ...arrayOf('any', version), ...(isShared && kindOf(last) !== 'invalid' ? { literal: last } : {}) };
};

const call = (node: Extract<Node, { is: 'call' }>, scope: Scope): Node => {
  if (!isController(node.name)) {
    nameType(node.name, node.at, scope);
    return compileError(node.at, `${node.name} is no function`);
  }
  const { takes, gives }: Typing['function'] = controllerFunctions[node.name];
  if (node.args.length !== takes.length) compileError(node.at, `${node.name} takes ${takes.length} arguments, not ${node.args.length}`);
  const args = node.args.map((arg, at) => {
    const typed = visit(arg, scope);
    const wanted = takes[at] ?? 'any';
    if (wanted === 'any') return typed;
    if (isInteger(typed.type)) return withFloats(typed);
    const isTaken = typed.type === wanted || isAny(typed.type) || (typed.type === 'nil' && scope.version === '1.9');
    return isTaken ? typed : compileError(arg.at, `${node.name} does not take ${nameOf(typed.type)}`);
  });
  return { ...node, args, type: gives };
};

/** Integer literals that are given to a float parameter become floats; what is computed otherwise stays an integer, and fails when it runs. */
const withFloats = (node: Node): Node => {
  if (node.is === 'constant' && isInt(node.value)) return { ...node, value: floatOf(node.value) ?? 0, type: 'float64' };
  if (node.is === 'unary') return { ...node, operand: withFloats(node.operand) };
  const isSum = node.is === 'binary' && /^[-+*]$/.test(node.operator);
  return isSum ? { ...node, left: withFloats(node.left), right: withFloats(node.right) } : node;
};

const plain = (node: Extract<Node, { is: 'builtin' }>, scope: Scope): Node => {
  const args = node.args.map((arg) => visit(arg, scope));
  return { ...node, args, type: checkFunction({ ...node, args }, scope.version) };
};

const predicated = (node: Extract<Node, { is: 'builtin' }>, scope: Scope): Node => {
  if (node.name === 'sum' && scope.version === '1.9') return plain(node, scope);
  const [collection, predicate] = node.args;
  if (collection === undefined) return compileError(node.at, `${node.name} takes a list`);
  const list = visit(collection, scope);
  if (!isArrayType(list.type) && !isAny(list.type)) return compileError(collection.at, `${node.name} takes a list, not ${nameOf(list.type)}`);
  const element = isArrayType(list.type) ? list.type.element : openType(scope.version);
  if (predicate === undefined) return { ...node, args: [list], type: node.name === 'count' ? 'int' : element };
  const body = visit(predicate, { ...scope, element });
  if (body.type === 'nil') compileError(predicate.at, 'a predicate can not be nil');
  const givesAny = node.name === 'map' || node.name === 'sum';
  if (!givesAny && body.type !== 'bool' && !isAny(body.type)) compileError(predicate.at, `a predicate gives a truth value, not ${nameOf(body.type)}`);
  return { ...node, args: [list, body], type: predicatedType(node.name, isArrayType(list.type) ? element : 'any', body.type, scope.version) };
};

const predicatedType = (name: string, element: StaticType, body: StaticType, version: ControllerVersion): StaticType => {
  if (name === 'count') return 'int';
  if (name === 'sum') return isAny(body) ? 'any' : body;
  if (name === 'map') return arrayOf(body, version);
  return name === 'filter' ? arrayOf(element, version) : 'bool';
};
