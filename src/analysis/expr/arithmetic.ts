import type { ControllerVersion } from '#model/analysis.ts';
import { runtimeError, unsupported } from './trouble.ts';
import { type ArrayValue, floatOf, type IntValue, intOf, isArray, isInt, typeName, type Value } from './value.ts';

type Operation = (left: Value, right: Value, at: number) => Value;

const mismatch = (operator: string, left: Value, right: Value, at: number): never =>
  runtimeError(at, `${operator} does not go with ${typeName(left)} and ${typeName(right)}`);

/** Integers stay integers of 64 bits that wrap; with one float both become floats. */
const numeric =
  (operator: string, ints: (a: bigint, b: bigint) => bigint, floats: (a: number, b: number) => number): Operation =>
  (left, right, at) => {
    if (isInt(left) && isInt(right)) return intOf(ints(left.int, right.int));
    const [a, b] = [floatOf(left), floatOf(right)];
    return a === undefined || b === undefined ? mismatch(operator, left, right, at) : floats(a, b);
  };

const addNumbers = numeric(
  '+',
  (a, b) => a + b,
  (a, b) => a + b,
);

export const add: Operation = (left, right, at) => (typeof left === 'string' && typeof right === 'string' ? left + right : addNumbers(left, right, at));

export const subtract = numeric(
  '-',
  (a, b) => a - b,
  (a, b) => a - b,
);

export const multiply = numeric(
  '*',
  (a, b) => a * b,
  (a, b) => a * b,
);

const floats = (operator: string, left: Value, right: Value, at: number): readonly [number, number] => {
  const [a, b] = [floatOf(left), floatOf(right)];
  return a === undefined || b === undefined ? mismatch(operator, left, right, at) : [a, b];
};

/** Always a float: 1/0 is infinite, not an error. */
export const divide: Operation = (left, right, at) => {
  const [a, b] = floats('/', left, right, at);
  return a / b;
};

export const remainder: Operation = (left, right, at) => {
  if (!isInt(left) || !isInt(right)) return mismatch('%', left, right, at);
  return right.int === 0n ? runtimeError(at, 'integer divide by zero') : intOf(left.int % right.int);
};

/** Exact where Go's own way of computing it is: whole exponents and square roots of moderate numbers. */
export const power: Operation = (left, right, at) => {
  const [base, exponent] = floats('**', left, right, at);
  if (exponent === 0 || base === 1) return 1;
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN;
  if (base === 0 || !Number.isFinite(base)) return base ** exponent;
  if (!Number.isFinite(exponent)) return base === -1 ? 1 : base ** exponent;
  if (Math.abs(exponent) === 0.5) return exponent > 0 ? Math.sqrt(base) : 1 / Math.sqrt(base);
  if (!Number.isInteger(exponent)) return base < 0 ? Number.NaN : unsupported(at, 'powers with a fraction');
  return wholePower(base, exponent, at);
};

const wholePower = (base: number, exponent: number, at: number): number => {
  let [product, square] = [1, base];
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= square;
    // Beyond this a product may be rounded as a number without exponent never is.
    if (rest > 1) square *= square;
    if ([product, square].some((n) => Math.abs(n) > 1e150 || Math.abs(n) < 1e-150)) unsupported(at, 'powers this large or small');
  }
  return exponent < 0 ? 1 / product : product;
};

/** `<`, `>`, `<=` or `>=`; false whenever NaN takes part. */
export const compare = (operator: string, left: Value, right: Value, at: number): boolean => {
  if (isInt(left) && isInt(right)) return ordered(operator, left.int, right.int);
  if (typeof left === 'string' && typeof right === 'string') return ordered(operator, left, right);
  const [a, b] = floats(operator, left, right, at);
  return ordered(operator, a, b);
};

const ordered = <T extends bigint | number | string>(operator: string, a: T, b: T): boolean => {
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
};

export const equal = (left: Value, right: Value, version: ControllerVersion): boolean => {
  if (isInt(left) && isInt(right)) return left.int === right.int;
  const [a, b] = [floatOf(left), floatOf(right)];
  if (a !== undefined && b !== undefined) return a === b;
  if (isArray(left) && isArray(right)) return version === '1.9' ? deepEqual(left, right) : equalItems(left, right, version);
  return left === right;
};

/** The newer version compares lists element by element; two different Go slices of plain numbers still are never equal. */
const equalItems = (left: ArrayValue, right: ArrayValue, version: ControllerVersion): boolean => {
  const isComparable = left.of === 'any' || right.of === 'any' || left.of === right.of;
  return isComparable && left.items.length === right.items.length && left.items.every((item, at) => equal(item, right.items[at] ?? null, version));
};

/** The older version asks Go's reflection, for which the same list is equal to itself even with NaN in it. */
const deepEqual = (left: ArrayValue, right: ArrayValue): boolean => {
  if (left.of !== right.of || left.items.length !== right.items.length) return false;
  return left.items === right.items || left.items.every((item, at) => deepItem(item, right.items[at] ?? null));
};

const deepItem = (left: Value, right: Value): boolean => {
  if (isInt(left) && isInt(right)) return left.size === right.size && left.int === right.int;
  return isArray(left) && isArray(right) ? deepEqual(left, right) : left === right;
};

/**
 * A number as a Go int, towards zero.
 * @throws Trouble `unsupported` where Go leaves the result to the processor: NaN and what does not fit in 64 bits
 */
export const toInt = (value: Value, at: number, size: IntValue['size'] = 'int'): IntValue => {
  if (isInt(value)) return intOf(value.int, size);
  if (typeof value !== 'number') return runtimeError(at, `${typeName(value)} is no integer`);
  if (!(value >= -(2 ** 63) && value < 2 ** 63)) return unsupported(at, 'integers of what does not fit in 64 bits, which depends on the processor');
  return intOf(BigInt(Math.trunc(value)), size);
};
