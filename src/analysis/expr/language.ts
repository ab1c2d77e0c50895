export interface Operator {
  readonly precedence: number;
  readonly isRight?: boolean;
}

/** Binary operators by their precedence, the same in both versions. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['|', { precedence: 0 }],
  ...['or', '||'].map((text) => [text, { precedence: 10 }] as const),
  ...['and', '&&'].map((text) => [text, { precedence: 15 }] as const),
  ...['==', '!=', '<', '>', '>=', '<=', 'in', 'matches', 'contains', 'startsWith', 'endsWith'].map((text) => [text, { precedence: 20 }] as const),
  ['..', { precedence: 25 }],
  ...['+', '-'].map((text) => [text, { precedence: 30 }] as const),
  ...['*', '/', '%'].map((text) => [text, { precedence: 60 }] as const),
  ...['**', '^'].map((text) => [text, { precedence: 100, isRight: true }] as const),
  ['??', { precedence: 500 }],
]);

/** `not a > b` is `(not a) > b`: the sign binds tighter than a comparison. */
export const unaryPrecedence: ReadonlyMap<string, number> = new Map([
  ['not', 50],
  ['!', 50],
  ['-', 90],
  ['+', 90],
]);

/** Comparisons that the newer version chains. */
export const isComparison = (text: string): boolean => /^[<>]=?$/.test(text);

/** Operators on text, which no measurement has. */
export const foreignOperators = new Set(['matches', 'contains', 'startsWith', 'endsWith']);

/** Functions of the language that this reader knows, besides those with a predicate. */
export const functions = new Set(['len', 'abs', 'ceil', 'floor', 'round', 'int', 'float', 'max', 'min', 'sum', 'mean', 'median']);

/** What the controller adds (argo-rollouts `utils/evaluate/evaluate.go`), with the types of argument and result. */
export const controllerFunctions = {
  asInt: { takes: ['any'], gives: 'int64' },
  asFloat: { takes: ['any'], gives: 'float64' },
  isNaN: { takes: ['float64'], gives: 'bool' },
  isInf: { takes: ['float64'], gives: 'bool' },
  isNil: { takes: ['any'], gives: 'bool' },
  default: { takes: ['any', 'any'], gives: 'any' },
} as const;

/** Functions that one of the two versions has and this reader does not know. */
export const foreignFunctions = new Set(
  (
    'find findIndex findLast findLastIndex groupBy sortBy reduce type string trim trimPrefix trimSuffix upper lower split splitAfter replace repeat join ' +
    'indexOf lastIndexOf hasPrefix hasSuffix toJSON fromJSON toBase64 fromBase64 now duration date timezone first last get take keys values toPairs ' +
    'fromPairs reverse uniq concat flatten sort bitnot bitand bitor bitxor bitnand bitshl bitshr bitushr'
  ).split(' '),
);
