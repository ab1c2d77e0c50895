import type { Sample } from '#analysis/condition.ts';

/** A source of numbers in [0, 1). */
type Random = () => number;

type Want = 'bool' | 'number' | 'list' | 'any';

/** One place that must be filled: what is wanted there, how deep it may grow, whether `#` exists, and what `result` is. */
interface Place {
  readonly random: Random;
  readonly want: Want;
  readonly depth: number;
  readonly isInPredicate: boolean;
  readonly isScalar: boolean;
}

const pick = <T>(random: Random, from: readonly T[]): T => {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new TypeError('nothing to choose from');
  return chosen;
};

const numbers = ['0', '1', '2', '0.95', '0.05', '.5', '5.', '1e3', '1e-9', '0x10', '1_000', '9223372036854775807', '007', '0.0', '3'];
const atoms: Readonly<Record<Want, readonly string[]>> = {
  bool: ['true', 'false', 'result[0] > 0.5', 'result >= 1', 'isNaN(result[0])', 'isInf(result[0])', 'isNil(result)', 'len(result) == 1'],
  number: ['result', 'result[0]', 'result[1]', 'result[-1]', 'len(result)', 'default(result, 0)', 'asInt(1.5)', 'asFloat(2)', ...numbers],
  list: ['result', 'result', '[]', '[1, 2]', '[0.5, 1]', '["a"]', '1..3', '[0]', '[result]', '[1, "a"]'],
  any: ['nil', '"a"', "'0.5'", '"12"', '""', 'default(result, 1)', 'unknown', 'result'],
};

const elements: Readonly<Record<Want, readonly string[]>> = {
  bool: ['# > 0.5', 'isNaN(#)', '# == 1', '# <= 0.05', '!isNaN(#)'],
  number: ['#', '#', 'abs(#)', '# * 2', '# + 1'],
  list: ['[#]', '[#, 1]', '#'],
  any: ['#'],
};

const atom = ({ random, want, isInPredicate, isScalar }: Place): string => {
  const text = pick(random, isInPredicate && random() < 0.6 ? elements[want] : atoms[want]);
  // Most people know whether their query gives one number or many.
  if (random() < 0.1) return text;
  return isScalar
    ? text.replace(/^((?:isNaN|isInf)\()?result\[-?\d\]/, '$1result')
    : text.replace(/^result(?= >=|$)/, want === 'list' || want === 'any' ? 'result' : 'result[0]');
};

/** Now and then something of another type stands where the grammar wants one. */
const fill = (place: Place, want: Want, isInPredicate = place.isInPredicate): string => {
  const wanted = place.random() < 0.03 ? pick(place.random, ['bool', 'number', 'list', 'any'] as const) : want;
  return generate({ ...place, want: wanted, depth: place.depth - 1, isInPredicate });
};

type Shape = (place: Place) => string;

const predicate: Shape = (place) => (place.random() < 0.1 ? `{${fill(place, 'bool', true)}}` : fill(place, 'bool', true));

const loop =
  (names: readonly string[], body: Shape): Shape =>
  (place) => {
    const [name, list] = [pick(place.random, names), fill(place, 'list')];
    return place.random() < 0.1 ? `(${list} | ${name}(${body(place)}))` : `${name}(${list}, ${body(place)})`;
  };

const parenthesised = (place: Place, want: Want): string => {
  const inner = fill(place, want);
  return place.random() < 0.5 ? `(${inner})` : inner;
};

const infix =
  (operators: readonly string[], left: Want, right: Want = left): Shape =>
  (place) =>
    `${parenthesised(place, left)} ${pick(place.random, operators)} ${parenthesised(place, right)}`;

const ternary =
  (want: Want): Shape =>
  (place) =>
    `(${fill(place, 'bool')} ? ${fill(place, want)} : ${fill(place, place.random() < 0.2 ? 'any' : want)})`;

const call =
  (names: readonly string[], ...wants: readonly Want[]): Shape =>
  (place) =>
    `${pick(place.random, names)}(${wants.map((want) => fill(place, want)).join(', ')})`;

const shapes: Readonly<Record<Want, readonly Shape[]>> = {
  bool: [
    infix(['<', '>', '<=', '>=', '==', '!='], 'number'),
    infix(['<', '>', '<=', '>=', '==', '!='], 'number'),
    infix(['&&', 'and', '||', 'or'], 'bool'),
    infix(['&&', 'and', '||', 'or'], 'bool'),
    infix(['in', 'not in'], 'number', 'list'),
    infix(['==', '!='], 'list'),
    loop(['all', 'any', 'none', 'one'], predicate),
    loop(['all', 'any', 'none', 'one'], predicate),
    (place) => `!(${fill(place, 'bool')})`,
    (place) => `not (${fill(place, 'bool')})`,
    (place) => `${fill(place, 'number')} < ${fill(place, 'number')} <= ${fill(place, 'number')}`,
    call(['isNaN', 'isInf', 'isNil'], 'number'),
    ternary('bool'),
  ],
  number: [
    infix(['+', '-', '*', '/', '%'], 'number'),
    (place) => `${fill(place, 'number')} ** ${pick(place.random, ['2', '0.5', '-1', '3', '0'])}`,
    (place) => `-${parenthesised(place, 'number')}`,
    (place) => `(${fill(place, 'list')})[${pick(place.random, ['0', '1', '-1', fill(place, 'number')])}]`,
    (place) => `filter(${fill(place, 'list')}, ${predicate(place)})[${pick(place.random, ['0', '0', '1'])}]`,
    call(['abs', 'ceil', 'floor', 'round', 'float', 'asFloat'], 'number'),
    call(['int', 'asInt'], 'number'),
    call(['len', 'sum', 'mean', 'median', 'max', 'min'], 'list'),
    call(['max', 'min', 'max', 'min', 'mean'], 'number', 'number'),
    call(['default'], 'any', 'number'),
    loop(['count'], predicate),
    loop(['sum'], (place) => fill(place, 'number', true)),
    (place) => `${pick(place.random, ['count', 'sum'])}(${fill(place, 'list')})`,
    infix(['??'], 'any', 'number'),
    ternary('number'),
  ],
  list: [
    loop(['filter'], predicate),
    loop(['map'], (place) => fill(place, 'number', true)),
    (place) => `[${Array.from({ length: Math.floor(place.random() * 4) }, () => fill(place, pick(place.random, ['number', 'number', 'any']))).join(', ')}]`,
    infix(['..'], 'number'),
    ternary('list'),
  ],
  any: [ternary('any'), (place) => fill(place, pick(place.random, ['bool', 'number', 'list'])), infix(['??'], 'any')],
};

const generate = (place: Place): string => (place.depth <= 0 || place.random() < 0.12 ? atom(place) : pick(place.random, shapes[place.want])(place));

/** A condition that uses all of the supported part of the language, right in most places. */
export const randomCondition = (random: Random, isScalar: boolean): string => {
  const depth = 1 + Math.floor(random() * 4);
  const text = generate({ random, want: random() < 0.97 ? 'bool' : 'any', depth, isInPredicate: false, isScalar });
  return random() < 0.03 ? damaged(text, random) : text;
};

/** The text with one character lost, doubled or replaced. */
const damaged = (text: string, random: Random): string => {
  const at = Math.floor(random() * text.length);
  const between = pick(random, ['', text.charAt(at).repeat(2), ' ', '(', ')', '.', '#', '?', 'not ', '=', '&', ',']);
  return text.slice(0, at) + between + text.slice(at + 1);
};

const values = [0, 1, -1, 0.5, 0.97, 0.95, 0.05, 2, 100, 1e-12, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Scalars and vectors: nothing, one value, two series, and more, with what a division by zero leaves. */
export const randomSample = (random: Random): Sample => {
  if (random() < 0.2) return pick(random, values);
  const length = pick(random, [0, 1, 1, 1, 2, 2, 3, 5]);
  return Array.from({ length }, () => (random() < 0.3 ? random() * 2 - 0.5 : pick(random, values)));
};
