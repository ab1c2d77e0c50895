import type { ControllerVersion } from '#model/analysis.ts';
import type { BuiltinNode, StaticType } from './node.ts';
import { compileError } from './trouble.ts';
import { isAny, isArrayType, isNumber, nameOf } from './types.ts';

/**
 * Type of a call of one of the language's functions without a predicate.
 * @throws Trouble where the checker of the library refuses the arguments
 */
export const checkFunction = (node: BuiltinNode, version: ControllerVersion): StaticType => {
  const types = node.args.map((arg) => arg.type);
  const isAggregate = node.name === 'max' || node.name === 'min' || (version === '1.10' && (node.name === 'mean' || node.name === 'median'));
  if (isAggregate) return aggregateType(node, types, version);
  const [type] = types;
  if (type === undefined || types.length !== 1) return compileError(node.at, `${node.name} takes 1 argument, not ${types.length}`);
  return singleType(node.name, type) ?? compileError(node.at, `${node.name} does not take ${nameOf(type)}`);
};

const isScalar = (type: StaticType): boolean => isNumber(type) || isAny(type);
const isList = (type: StaticType): boolean => isArrayType(type) || isAny(type);

const whenText = (type: StaticType, gives: StaticType): StaticType | undefined => (isScalar(type) || type === 'string' ? gives : undefined);
const whenList = (type: StaticType, gives: StaticType): StaticType | undefined => (isList(type) ? gives : undefined);
const rounded = (type: StaticType): StaticType | undefined => (isScalar(type) ? 'float64' : undefined);

/** What each function of one argument gives for its type; sum, mean and median only here in the older version. */
const singles: Readonly<Record<string, (type: StaticType) => StaticType | undefined>> = {
  len: (type) => (type === 'string' ? 'int' : whenList(type, 'int')),
  abs: (type) => (isAny(type) ? 'any' : isNumber(type) ? type : undefined),
  ceil: rounded,
  floor: rounded,
  round: rounded,
  int: (type) => whenText(type, 'int'),
  float: (type) => whenText(type, 'float64'),
  sum: (type) => whenList(type, 'any'),
  mean: (type) => whenList(type, 'float64'),
  median: (type) => whenList(type, 'float64'),
};

const singleType = (name: string, type: StaticType): StaticType | undefined => singles[name]?.(type);

/** The first argument whose type says too little ends the check. */
const aggregateType = (node: BuiltinNode, types: readonly StaticType[], version: ControllerVersion): StaticType => {
  const [first] = types;
  if (first === undefined) return compileError(node.at, `${node.name} takes at least one argument`);
  for (const type of types) {
    if (isAny(type) || (version === '1.10' && isArrayType(type))) return 'any';
    if (!isNumber(type)) return compileError(node.at, `${node.name} does not take ${nameOf(type)}`);
  }
  return first;
};
