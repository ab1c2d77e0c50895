import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Plan } from '#model/promotion.ts';
import { printableLines } from '#report/escape.ts';
import { planOf } from '#ring/plan.ts';
import { planText } from '#ring/plan-text.ts';
import type { Environment } from './github-access.ts';
import type { Output } from './output.ts';
import { groundOf } from './plan-for.ts';
import type { WatchOptions } from './watch.ts';

export interface PromoteOptions extends Partial<WatchOptions> {
  readonly plan?: boolean;
  readonly apply?: boolean;
  readonly verbose?: boolean;
  readonly agent?: string;
  readonly ring?: string;
}

/** `ranfleet promote`: says what is due in every ring, or does it. */
export const promoteCommand = async (directory: string, options: PromoteOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  if ((options.plan === true) === (options.apply === true)) throw new GateError('GATE_USAGE', 'usage', 'say what to do', { hint: 'Give --plan or --apply.' });
  if (options.plan === true) return printPlan(directory, options, output);
  const { watch } = options;
  return watch === undefined
    ? (await import('./apply.ts')).applyCommand(directory, options, environment, output)
    : (await import('./watch.ts')).watchCommand(directory, { ...options, watch }, environment, output);
};

const printPlan = (directory: string, options: PromoteOptions, output: Output): ExitCode => {
  const ground = groundOf(directory, options);
  const plan = only(planOf(ground), options);
  for (const note of ground.notes) output.note(note);
  if (options.json === true) output.print(`${JSON.stringify(plan, null, 2)}\n`);
  else output.print(printableLines(planText(plan, output.paint, options.verbose === true)));
  return exitOf(plan);
};

/** 1: something has to go back. 3: something can not be told, or needs a person. 0: all is well or on its way. */
export const exitOf = (plan: Plan): ExitCode => {
  if (plan.reverts.length > 0 || plan.stopped !== null) return exitCodes.deny;
  return plan.decisions.some(({ action }) => action === 'hold') ? exitCodes.undecided : exitCodes.allow;
};

/** What concerns one agent or one ring; the plan is made for all of them first. */
const only = (plan: Plan, { agent, ring }: PromoteOptions): Plan => {
  const isWanted = (of: { readonly agent: string; readonly ring: string }): boolean =>
    (agent === undefined || of.agent === agent) && (ring === undefined || of.ring === ring);
  return {
    ...plan,
    decisions: plan.decisions.filter(isWanted),
    promotions: plan.promotions.filter(isWanted),
    reverts: plan.reverts.filter((r) => isWanted(r) || r.moves.some(isWanted)),
  };
};
