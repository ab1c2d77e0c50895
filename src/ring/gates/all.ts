import type { Reason } from '#model/promotion.ts';
import type { BreakGlass } from '#model/stop.ts';
import type { Candidate } from '../candidate.ts';
import { areaGate, hubGate } from './areas.ts';
import { capGate } from './caps.ts';
import { conflictGate, earlyGate } from './conflicts.ts';
import { freezeGate } from './freeze.ts';
import type { GateContext, NamedGate } from './gate.ts';
import { networkGate } from './network.ts';
import { windowGate } from './window.ts';

const gates: readonly NamedGate[] = [
  { name: 'freeze', check: freezeGate },
  { name: 'window', check: windowGate },
  { name: 'caps', check: capGate },
  { check: networkGate },
  { check: conflictGate },
  { check: earlyGate },
  { check: areaGate },
  { check: hubGate },
];

export interface GateAnswer {
  readonly reasons: readonly Reason[];
  /** Gates were skipped that would have said no. */
  readonly broken: readonly Reason[];
}

/** Asks every gate. A break-glass opens those that it names, for its release in its ring and its time; what they said stays on record. */
export const askGates = (candidate: Candidate, context: GateContext): GateAnswer => {
  const glass = context.world.breakGlass.filter((g) => isFor(g, candidate, context.world.at));
  const answers = gates.map(({ name, check }) => ({ reasons: check(candidate, context), by: name && glass.find((g) => g.skips.includes(name)) }));
  return {
    reasons: answers.filter(({ by }) => by === undefined).flatMap(({ reasons }) => reasons),
    broken: answers.flatMap(({ reasons, by }) =>
      by === undefined
        ? []
        : reasons.map(({ code, text }) => ({ code: 'break_glass.used', text: `${code} (${text}) skipped by ${by.name}, incident ${by.incident}` })),
    ),
  };
};

const isFor = (glass: BreakGlass, { view: { agent, ring }, release }: Candidate, at: string): boolean =>
  glass.agent === agent && glass.ring === ring && glass.release === release && glass.from <= at && at < glass.until;
