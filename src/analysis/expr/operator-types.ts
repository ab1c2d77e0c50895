import type { ControllerVersion } from '#model/analysis.ts';
import type { BinaryNode, StaticType } from './node.ts';
import { compileError } from './trouble.ts';
import { arrayOf, assignable, isAny, isArrayType, isInteger, isNumber, kindOf, nameOf, openType } from './types.ts';

type Test = (type: StaticType) => boolean;

const isBool: Test = (type) => type === 'bool';
const isString: Test = (type) => type === 'string';

/** With one side unknown, the other must be of a kind that the operator takes. */
const maybe = (left: StaticType, right: StaticType, ...tests: readonly Test[]): boolean => {
  const is = (type: StaticType): boolean => tests.some((test) => test(type));
  return (isAny(left) && (isAny(right) || is(right))) || (isAny(right) && is(left));
};

const both = (left: StaticType, right: StaticType, test: Test): boolean => test(left) && test(right);

/**
 * Type of a binary expression.
 * @throws Trouble where the checker of the library refuses the operands
 */
export const checkBinary = (node: BinaryNode, left: StaticType, right: StaticType, version: ControllerVersion): StaticType => {
  const type = typeOf(node, left, right, version);
  return type ?? compileError(node.at, `${node.operator} does not go with ${nameOf(left)} and ${nameOf(right)}`);
};

const typeOf = (node: BinaryNode, left: StaticType, right: StaticType, version: ControllerVersion): StaticType | undefined => {
  switch (node.operator) {
    case '==':
    case '!=':
      return comparable(left, right, version) ? 'bool' : undefined;
    case 'or':
    case '||':
    case 'and':
    case '&&':
      return both(left, right, isBool) || maybe(left, right, isBool) ? 'bool' : undefined;
    case '<':
    case '>':
    case '<=':
    case '>=':
      return both(left, right, isNumber) || both(left, right, isString) || maybe(left, right, isNumber, isString) ? 'bool' : undefined;
    case 'in':
      return isIn(left, right, version) ? 'bool' : undefined;
    case '..':
      return both(left, right, isInteger) || maybe(left, right, isInteger) ? rangeType(version) : undefined;
    case '??':
      return coalesced(left, right, version);
    default:
      return arithmetic(node.operator, left, right, version);
  }
};

const rangeType = (version: ControllerVersion): StaticType => arrayOf('int', version);

const arithmetic = (operator: string, left: StaticType, right: StaticType, version: ControllerVersion): StaticType | undefined => {
  if (operator === '%') return remainder(left, right, version);
  if (operator === '+' && both(left, right, isString)) return 'string';
  if (both(left, right, isNumber)) return isFloatOperator(operator) ? 'float64' : combined(left, right, version);
  const tests = operator === '+' ? [isNumber, isString] : [isNumber];
  if (!maybe(left, right, ...tests)) return undefined;
  return isFloatOperator(operator) ? 'float64' : openType(version);
};

const remainder = (left: StaticType, right: StaticType, version: ControllerVersion): StaticType | undefined => {
  if (both(left, right, isInteger)) return combined(left, right, version);
  if (!maybe(left, right, isInteger)) return undefined;
  return version === '1.9' ? 'any' : 'int';
};

const isFloatOperator = (operator: string): boolean => operator === '/' || operator === '**' || operator === '^';

const combined = (left: StaticType, right: StaticType, version: ControllerVersion): StaticType => {
  if (left === 'float64' || right === 'float64') return 'float64';
  return version === '1.9' && left === right ? left : 'int';
};

const comparable = (left: StaticType, right: StaticType, version: ControllerVersion): boolean => {
  if (left === 'nil' || right === 'nil' || isAny(left) || isAny(right) || both(left, right, isNumber)) return true;
  return version === '1.9' ? kindOf(left) === kindOf(right) : both(left, right, isArrayType) || assignable(left, right);
};

const isIn = (left: StaticType, right: StaticType, version: ControllerVersion): boolean => {
  if (isArrayType(right)) return comparable(left, right.element, version) && (right.literal === undefined || comparable(left, right.literal, version));
  return isAny(right) || (isAny(left) && isString(right));
};

const coalesced = (left: StaticType, right: StaticType, version: ControllerVersion): StaticType => {
  if (left === 'nil') return right;
  if (right === 'nil') return left;
  return assignable(right, left) ? left : openType(version);
};
