import type { BreakGlass, StopTheLine } from '#model/stop.ts';
import { stopFile } from '#model/stop.ts';
import type { WaiverCircumstances } from '#waiver/honour.ts';
import type { WaiverBook, WaiverEntry } from '#waiver/read.ts';
import { endingOf, problemsOf, unusedOf } from '#waiver/review.ts';
import { agentIn, type Remark, remarkOf } from './remark.ts';

export interface Exceptions {
  readonly waivers: WaiverBook;
  readonly breakGlass: readonly BreakGlass[];
  readonly stop: StopTheLine | undefined;
  /** Waivers that cover something in the fleet as it stands. */
  readonly used: ReadonlySet<string>;
}

/** Exceptions that are over, end soon, cover nothing, can not be honoured, or are in force right now. Pure. */
export const exceptionRemarks = ({ waivers, breakGlass, stop, used }: Exceptions, on: WaiverCircumstances, now: string): Remark[] => [
  ...[...problemsOf(waivers, on), ...endingOf(waivers.entries, on), ...unusedOf(waivers.entries, used, on)].map(
    (finding): Remark => ({ ...remarkOf(finding), agent: agentOf(waivers.entries, finding.file) }),
  ),
  ...breakGlass
    .filter(({ from, until }) => from <= now && now < until)
    .map(
      (glass): Remark => ({
        code: 'nightly.break_glass_open',
        effect: 'warn',
        agent: glass.agent,
        message: `${glass.skips.join(', ')} are skipped for ${glass.release} in ${glass.ring} until ${glass.until}, incident ${glass.incident}`,
        solution: 'Nothing has to be done when the incident is being worked on; the file stays as its mark.',
        file: `break-glass/${glass.name}.yaml`,
        line: 1,
      }),
    ),
  ...(stop === undefined ? [] : [stopRemark(stop)]),
];

const stopRemark = ({ since, owner, reason }: StopTheLine): Remark => ({
  code: 'nightly.line_stopped',
  effect: 'warn',
  agent: null,
  message: `nothing but ways back moves since ${since}: ${reason}`,
  solution: `${owner} takes ${stopFile} away when the fleet may move again.`,
  file: stopFile,
  line: 1,
});

/** The agent that all of a waiver's scope belongs to. */
const agentOf = (entries: readonly WaiverEntry[], file: string | undefined): string | null => {
  const scope = entries.find((e) => e.file === file)?.waiver.scope;
  return agentIn([...(scope?.roots ?? []), ...(scope?.namespaces ?? []).map((name) => `agents/${name}/`)]);
};
