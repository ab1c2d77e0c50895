import type { Decision, JoinMove, Plan, PromotionMove, Reason, RevertMove } from '#model/promotion.ts';

/** Paints words; the identity where there is no terminal. */
export interface PlanPaint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** Reasons of one line; the others are in the JSON. */
const shown = 3;

/** The plan for people: what goes back, what goes on, what waits and until when, what needs somebody. */
export const planText = (plan: Plan, paint: PlanPaint, isVerbose: boolean): string => {
  const waiting = plan.promotions.filter(({ ready }) => !ready);
  const held = plan.decisions.filter(({ action }) => action === 'hold');
  const quiet = plan.decisions.filter(({ action }) => action === 'wait').filter((d) => !waiting.some((p) => p.agent === d.agent && p.ring === d.ring));
  const verified = plan.decisions.filter((d) => d.verified !== null);
  return [
    `Plan of ${plan.at} for ${plan.revision.slice(0, 12)}${plan.simulated ? paint.yellow(' (simulated observations)') : ''}`,
    ...(plan.stopped === null ? [] : [paint.red(`The line is stopped: ${plan.stopped.text}`)]),
    ...section(
      'Go back',
      plan.reverts.map((r) => revertLine(r, plan, paint)),
    ),
    ...section(
      'Verified now',
      verified.map((d) => `  ${paint.green('verified')} ${d.agent} ${d.from} in ${d.ring}`),
    ),
    ...section(
      'Go on',
      plan.promotions.filter(({ ready }) => ready).map((p) => promotionLine(p, paint)),
    ),
    ...section(
      'Join',
      plan.joins.map((j) => joinLine(j, paint)),
    ),
    ...section('Wait', [...waiting.map((p) => promotionLine(p, paint)), ...folded(quiet, isVerbose, paint)]),
    ...section('Held', folded(held, isVerbose, paint)),
    summaryLine(plan),
    '',
  ].join('\n');
};

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);

const revertLine = ({ agent, release, moves, reasons, notBefore }: RevertMove, { at }: Plan, paint: PlanPaint): string => {
  const rings = moves.map(({ ring, to }) => `${ring} to ${to}`).join(', ');
  return `  ${paint.red('revert')} ${agent} ${release}: ${rings}${notBefore > at ? `, not before ${notBefore}` : ''}${reasonsOf(reasons, paint)}`;
};

const promotionLine = ({ agent, ring, from, to, ready, reasons, approvals, breakGlass }: PromotionMove, paint: PlanPaint): string => {
  const word = ready ? paint.green('promote') : paint.yellow('wait   ');
  const people = approvals === 0 ? '' : `, ${approvals} approvals`;
  return `  ${word} ${agent} in ${ring}: ${from} -> ${to}${people}${breakGlass ? paint.red(', break-glass') : ''}${reasonsOf(reasons, paint)}`;
};

const joinLine = ({ cluster, agent, ring, from, to }: JoinMove, paint: PlanPaint): string =>
  `  ${paint.green('join')} ${cluster}: ${agent} ${from} -> ${to}, which ${ring} has verified (ranfleet cluster joined ${cluster} --agent ${agent})`;

/** Rings that say the same of many agents are told once. */
const folded = (decisions: readonly Decision[], isVerbose: boolean, paint: PlanPaint): string[] => {
  if (isVerbose) return decisions.map((d) => `  ${d.action} ${d.agent} ${d.from} in ${d.ring} (${d.state})${reasonsOf(d.reasons, paint)}`);
  const groups = Map.groupBy(decisions, (d) => `${d.state} ${d.reasons[0]?.code ?? ''}`);
  return [...groups].map(([key, of]) => {
    const first = of[0] as Decision;
    if (of.length === 1) return `  ${first.action} ${first.agent} ${first.from} in ${first.ring} (${first.state})${reasonsOf(first.reasons, paint)}`;
    return `  ${of.length} rings: ${key}${paint.dim(`, like ${first.agent} in ${first.ring}: ${first.reasons[0]?.text ?? ''}`)}`;
  });
};

const reasonsOf = (reasons: readonly Reason[], paint: PlanPaint): string => {
  const lines = reasons.slice(0, shown).map(({ code, text, until }) => `\n      ${paint.dim(code)} ${text}${until === undefined ? '' : `, until ${until}`}`);
  return lines.join('') + (reasons.length > shown ? `\n      ${paint.dim(`and ${reasons.length - shown} more`)}` : '');
};

const summaryLine = ({ decisions, promotions, reverts }: Plan): string => {
  const count = (action: Decision['action']): number => decisions.filter((d) => d.action === action).length;
  const ready = promotions.filter(({ ready: r }) => r).length;
  return `\n${decisions.length} rings: ${reverts.length} reverts, ${ready} promotions, ${count('wait')} wait, ${count('hold')} are held.`;
};
