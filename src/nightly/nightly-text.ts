import type { RuleInfo } from '#model/evaluator.ts';
import type { Paint } from '#report/terminal.ts';
import { count } from '#util/count.ts';
import type { PinRow } from './pins.ts';
import type { Remark } from './remark.ts';

interface Told {
  readonly pins: readonly PinRow[];
  readonly comingRules: readonly Pick<RuleInfo, 'code' | 'effectiveOn'>[];
  readonly remarks: readonly Remark[];
}

/** The report for people: what is wrong first, then what is coming, then how the rings stand. */
export const nightlyText = ({ pins, comingRules, remarks }: Told, { paint, verbose }: { readonly paint: Paint; readonly verbose: boolean }): string => {
  const colour = { deny: paint.red, undecided: paint.yellow, warn: paint.yellow };
  const behind = pins.filter(({ newer }) => newer.length > 0);
  const lines = [
    ...remarks.flatMap((r) => [`${colour[r.effect](r.effect)} ${r.code}  ${placeOf(r)}: ${r.message}`, `    fix: ${r.solution}`]),
    ...comingRules.map(({ code, effectiveOn }) => `${paint.dim('coming')} ${code} denies from ${effectiveOn} on`),
    ...(verbose ? pins : behind).map(pinLine),
    `${count(pins.length, 'pin')}, ${behind.length} behind; ${count(comingRules.length, 'rule')} coming; ${count(remarks.length, 'remark')}.`,
  ];
  return `${lines.join('\n')}\n`;
};

const placeOf = ({ agent, file, line }: Remark): string => [agent ?? 'fleet', ...(file === undefined ? [] : [`${file}:${line ?? 1}`])].join(' ');

const pinLine = ({ agent, ring, release, newer, since, behindSince }: PinRow): string => {
  const state = newer.length === 0 ? 'newest' : `${count(newer.length, 'release')} behind ${newer.at(-1)} since ${behindSince ?? 'an unknown day'}`;
  return `${agent} ${ring}: ${release} since ${since ?? 'an unknown day'}, ${state}`;
};
