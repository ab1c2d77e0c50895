import type { ControllerVersion } from '#model/analysis.ts';
import type { ArrayType, StaticType } from './node.ts';

export interface Typing {
  readonly function: { readonly takes: readonly StaticType[]; readonly gives: StaticType };
}

export const isArrayType = (type: StaticType): type is ArrayType => typeof type === 'object';

export const isAny = (type: StaticType): boolean => type === 'any' || type === 'unknown';

/** What an expression has whose type is only known when it runs. */
export const openType = (version: ControllerVersion): StaticType => (version === '1.9' ? 'any' : 'unknown');

/** Go's kind of the type; nil and the unknown share the invalid one. */
export const kindOf = (type: StaticType): string => {
  if (isArrayType(type)) return 'slice';
  return type === 'unknown' || type === 'nil' ? 'invalid' : type;
};

export const isInteger = (type: StaticType): boolean => type === 'int' || type === 'int64';

export const isNumber = (type: StaticType): boolean => isInteger(type) || type === 'float64';

/** The type as Go writes it. */
export const nameOf = (type: StaticType): string => {
  if (isArrayType(type)) return type.array;
  return isAny(type) ? 'interface {}' : type;
};

/** May a value of the first type be stored where the second is declared? */
export const assignable = (from: StaticType, to: StaticType): boolean =>
  from !== 'unknown' && to !== 'unknown' && (to === 'any' || (from !== 'any' && nameOf(from) === nameOf(to)));

/** A list of such elements: the newer version keeps every list that an expression makes as `[]any` and remembers the elements aside. */
export const arrayOf = (element: StaticType, version: ControllerVersion): ArrayType => ({
  array: version === '1.10' ? '[]interface {}' : `[]${nameOf(element)}`,
  element,
});
