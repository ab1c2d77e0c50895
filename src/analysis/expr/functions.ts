import type { ControllerVersion } from '#model/analysis.ts';
import { compare, toInt } from './arithmetic.ts';
import { runtimeError, unsupported } from './trouble.ts';
import { floatOf, intOf, isArray, isInt, typeName, type Value } from './value.ts';

type Refuse = () => never;

interface Call {
  readonly name: string;
  readonly args: readonly Value[];
  readonly at: number;
  readonly version: ControllerVersion;
  readonly refuse: Refuse;
}

/**
 * Calls a function that takes values only.
 * @throws Trouble where the function panics or returns an error
 */
export const callFunction = (name: string, args: readonly Value[], at: number, version: ControllerVersion): Value => {
  const value = args[0] ?? null;
  const refuse: Refuse = () => runtimeError(at, `${name} does not take ${typeName(value)}`);
  const call: Call = { name, args, at, version, refuse };
  const single = Object.hasOwn(singles, name) ? singles[name] : undefined;
  if (single !== undefined) return single(value, call);
  if (name === 'max' || name === 'min') return version === '1.9' ? extremeOfArgs(name, args, at) : extreme(name, args, at);
  return statistic(call);
};

const toFloat = (value: Value, { at, refuse }: Call): Value => (typeof value === 'string' ? floatIn(value, at, refuse) : (floatOf(value) ?? refuse()));

const rounding =
  (change: (float: number) => number) =>
  (value: Value, { refuse }: Call): Value =>
    change(floatOf(value) ?? refuse());

/** Functions of one value. */
const singles: Readonly<Record<string, (value: Value, call: Call) => Value>> = {
  asInt: (value, { at, refuse }) => (typeof value === 'string' ? intOf(integerIn(value, refuse), 'int64') : toInt(value, at, 'int64')),
  int: (value, { at, refuse }) => (typeof value === 'string' ? intOf(integerIn(value, refuse)) : toInt(value, at)),
  asFloat: toFloat,
  float: toFloat,
  isNaN: (value, { refuse }) => (typeof value === 'number' ? Number.isNaN(value) : refuse()),
  isInf: (value, { refuse }) => (typeof value === 'number' ? Math.abs(value) === Number.POSITIVE_INFINITY : refuse()),
  len: (value, { refuse }) => {
    if (isArray(value)) return intOf(BigInt(value.items.length));
    return typeof value === 'string' ? intOf(BigInt(value.length)) : refuse();
  },
  abs: (value, { refuse }) => absolute(value, refuse),
  ceil: rounding(Math.ceil),
  floor: rounding(Math.floor),
  // Halves are rounded away from zero.
  round: rounding((float) => {
    const whole = Math.trunc(float);
    return Math.abs(float - whole) < 0.5 || !Number.isFinite(float) ? whole : whole + Math.sign(float);
  }),
};

const integerIn = (text: string, refuse: Refuse): bigint => {
  if (!/^[+-]?\d+$/.test(text)) return refuse();
  const value = BigInt(text.replace('+', ''));
  return value === BigInt.asIntN(64, value) ? value : refuse();
};

const floatIn = (text: string, at: number, refuse: Refuse): number => {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?0x/i.test(text)) return unsupported(at, 'hexadecimal text as a number');
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return refuse();
  const value = Number(text);
  return Number.isFinite(value) ? value : refuse();
};

const absolute = (value: Value, refuse: Refuse): Value => {
  if (isInt(value)) return value.int < 0n ? intOf(-value.int, value.size) : value;
  if (typeof value !== 'number') return refuse();
  return value < 0 ? -value : value;
};

const isBetter = (name: string, candidate: Value, best: Value, at: number): boolean => compare(name === 'max' ? '<' : '>', best, candidate, at);

/** The older version compares what it is given, and knows no lists. */
const extremeOfArgs = (name: string, args: readonly Value[], at: number): Value =>
  args.reduce<Value>((best, arg) => (best === null || isBetter(name, arg, best, at) ? arg : best), null);

/** The newer version looks into lists as well; of an empty one it says nil. A single value that is no number comes back as it is. */
const extreme = (name: string, args: readonly Value[], at: number): Value => {
  let best: Value = null;
  const offer = (value: Value): void => {
    if (best === null || isBetter(name, value, best, at)) best = value;
  };
  for (const arg of args) {
    if (isArray(arg)) {
      for (const item of arg.items) {
        const inner = extreme(name, [item], at);
        if (floatOf(inner) === undefined) runtimeError(at, `${name} does not take ${typeName(inner)}`);
        offer(inner);
      }
    } else if (floatOf(arg) !== undefined) offer(arg);
    else if (args.length === 1) return arg;
    else runtimeError(at, `${name} does not take ${typeName(arg)}`);
  }
  return best;
};

const statistic = ({ name, args, at, version, refuse }: Call): Value => {
  const [list = null] = args;
  const old = (): readonly Value[] => numbersIn(name, isArray(list) ? list.items : refuse(), at);
  const values = version === '1.9' ? old() : flat(name, args, at);
  if (name === 'sum') return sumOf(values);
  const floats = values.map((value) => floatOf(value) ?? Number.NaN);
  if (floats.length === 0) return 0;
  return name === 'mean' ? floats.reduce((sum, float) => sum + float, 0) / floats.length : medianOf(floats);
};

const numbersIn = (name: string, items: readonly Value[], at: number): readonly Value[] => {
  const stranger = items.find((item) => floatOf(item) === undefined);
  return stranger === undefined ? items : runtimeError(at, `${name} does not take ${typeName(stranger)}`);
};

const flat = (name: string, args: readonly Value[], at: number): readonly Value[] =>
  args.flatMap((arg) => (isArray(arg) ? flat(name, arg.items, at) : numbersIn(name, [arg], at)));

/** Integers up to the first float are added as integers. */
const sumOf = (values: readonly Value[]): Value => {
  const firstFloat = values.findIndex((value) => !isInt(value));
  const ints = (firstFloat < 0 ? values : values.slice(0, firstFloat)).reduce((sum, value) => BigInt.asIntN(64, sum + (isInt(value) ? value.int : 0n)), 0n);
  if (firstFloat < 0) return intOf(ints);
  return values.slice(firstFloat).reduce<number>((sum, value) => sum + (floatOf(value) ?? 0), Number(ints));
};

/** NaN sorts before every number. */
const medianOf = (floats: readonly number[]): number => {
  const numbers = floats.filter((float) => !Number.isNaN(float)).sort((a, b) => (a < b ? -1 : Number(a > b)));
  const sorted = [...floats.filter(Number.isNaN), ...numbers];
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
};
