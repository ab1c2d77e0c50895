import type { ControllerVersion, MeasurementPhase, MetricSpec, ResultShape } from '#model/analysis.ts';
import { check } from './expr/check.ts';
import { evaluate } from './expr/evaluate.ts';
import type { Node } from './expr/node.ts';
import { optimize } from './expr/optimize.ts';
import { parse } from './expr/parse.ts';
import { Trouble } from './expr/trouble.ts';
import { typeName, type Value } from './expr/value.ts';

/** What a provider answered: one number, or the numbers of a vector in server order. */
export type Sample = number | readonly number[];

/** What a condition says of one sample; an error makes the measurement one, and `unsupported` leaves it open. */
type ConditionOutcome = { readonly value: boolean } | { readonly error: string } | { readonly unsupported: string };

/** Why a condition does not compile, with the column counted from 1. */
interface ConditionError {
  readonly column: number;
  readonly message: string;
}

/** A condition as the controller would compile it for results of one shape. `unsupported` is no verdict on it: this reader does not know it. */
export type CompiledCondition =
  | { readonly evaluate: (sample: Sample) => ConditionOutcome }
  | { readonly error: ConditionError }
  | { readonly unsupported: ConditionError };

/** Conditions of a metric, each compiled for the shape of its query; undefined where the metric has none. */
export interface CompiledConditions {
  readonly success: CompiledCondition | undefined;
  readonly failure: CompiledCondition | undefined;
}

/** Longest condition that is read; the library itself stops at ten thousand nodes. */
const longest = 4096;

/**
 * Compiles a success or failure condition as Argo Rollouts does at each measurement (`utils/evaluate/evaluate.go: EvalCondition`):
 * version 1.9 with antonmedv/expr 1.15.5, version 1.10 with expr-lang/expr 1.17.7. Never throws.
 */
export const compileCondition = (text: string, shape: ResultShape, version: ControllerVersion): CompiledCondition => {
  if (text.length > longest) return { unsupported: { column: 1, message: `conditions of more than ${longest} characters` } };
  try {
    const tree = optimize(check(parse(text, version), shape, version), version);
    return { evaluate: (sample) => outcomeOf(tree, sample, version) };
  } catch (error) {
    const { kind, column, message } = troubleOf(error);
    return kind === 'unsupported' ? { unsupported: { column, message } } : { error: { column, message } };
  }
};

const troubleOf = (error: unknown): Trouble => {
  if (error instanceof Trouble) return error;
  throw error;
};

const outcomeOf = (tree: Node, sample: Sample, version: ControllerVersion): ConditionOutcome => {
  const result: Value = typeof sample === 'number' ? sample : { of: 'float64', items: sample };
  try {
    const value = evaluate(tree, { version, result });
    return typeof value === 'boolean' ? { value } : { error: `the condition gives ${typeName(value)}, not a truth value` };
  } catch (error) {
    const { kind, column, message } = troubleOf(error);
    const told = `${message} (column ${column})`;
    return kind === 'unsupported' ? { unsupported: told } : { error: told };
  }
};

/** Both conditions of a metric; an empty text counts as none. */
export const compileConditions = (
  { successCondition, failureCondition }: Pick<MetricSpec, 'successCondition' | 'failureCondition'>,
  shape: ResultShape,
  version: ControllerVersion,
): CompiledConditions => {
  const compile = (text: string | undefined): CompiledCondition | undefined => (text === undefined ? undefined : compileCondition(text, shape, version));
  return { success: compile(successCondition), failure: compile(failureCondition) };
};

/** What one measurement comes to, and why where it is an error. */
export type Measurement = { readonly phase: MeasurementPhase; readonly message?: string } | { readonly unsupported: string };

/**
 * What a sample makes of a measurement (`utils/evaluate/evaluate.go: EvaluateResult`): an error in either condition is an Error, a
 * failure that holds wins over a success that holds, and without any condition everything is Successful.
 */
export const judgeMeasurement = ({ success, failure }: CompiledConditions, sample: Sample): Measurement => {
  const [isSuccess, isFailure] = [success && outcome(success, sample), failure && outcome(failure, sample)];
  for (const told of [isSuccess, isFailure]) {
    if (told === undefined || 'value' in told) continue;
    return 'error' in told ? { phase: 'Error', message: told.error } : told;
  }
  return { phase: phaseOf(holds(isSuccess), holds(isFailure)) };
};

const outcome = (condition: CompiledCondition, sample: Sample): ConditionOutcome => {
  if ('evaluate' in condition) return condition.evaluate(sample);
  const { column, message } = 'error' in condition ? condition.error : condition.unsupported;
  const told = `${message} (column ${column})`;
  return 'error' in condition ? { error: told } : { unsupported: told };
};

const holds = (told: ConditionOutcome | undefined): boolean | undefined => (told && 'value' in told ? told.value : undefined);

const phaseOf = (success: boolean | undefined, failure: boolean | undefined): MeasurementPhase => {
  if (failure === true) return 'Failed';
  if (success === undefined) return 'Successful';
  if (success) return 'Successful';
  return failure === undefined ? 'Failed' : 'Inconclusive';
};
