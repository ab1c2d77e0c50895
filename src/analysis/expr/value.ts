/** A Go integer: `asInt` gives an int64, everything else an int; both have 64 bits. */
export interface IntValue {
  readonly int: bigint;
  readonly size: 'int' | 'int64';
}

export interface ArrayValue {
  /** Element type of the Go slice. */
  readonly of: 'any' | 'int' | 'float64';
  readonly items: readonly Value[];
}

/** A literal list that the optimiser made a set of: looking for a value of another type in it is an error, not a miss. */
export interface SetValue {
  readonly keys: 'int' | 'string';
  readonly members: ReadonlySet<bigint | string>;
}

/** A run-time value; a number is a float64, null is nil. */
export type Value = number | boolean | string | null | IntValue | ArrayValue | SetValue;

export const isInt = (value: Value): value is IntValue => typeof value === 'object' && value !== null && 'int' in value;

export const isArray = (value: Value): value is ArrayValue => typeof value === 'object' && value !== null && 'items' in value;

export const isSet = (value: Value): value is SetValue => typeof value === 'object' && value !== null && 'keys' in value;

export const intOf = (int: bigint, size: IntValue['size'] = 'int'): IntValue => ({ int: BigInt.asIntN(64, int), size });

/** Any number as a float64; undefined where the value is none. */
export const floatOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value;
  return isInt(value) ? Number(value.int) : undefined;
};

/** The Go name of the value's type, for messages. */
export const typeName = (value: Value): string => {
  if (value === null) return '<nil>';
  if (isInt(value)) return value.size;
  if (isArray(value)) return `[]${value.of}`;
  if (isSet(value)) return `map[${value.keys}]struct {}`;
  return { number: 'float64', boolean: 'bool', string: 'string' }[typeof value as 'number' | 'boolean' | 'string'];
};
