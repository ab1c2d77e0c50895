import type { Finding, Waived } from '#model/finding.ts';
import { type FileHistory, waiverLimits } from '#model/waiver.ts';
import { compareText } from '#util/order.ts';
import { type Approvers, approversFile, areasWithout } from './approvers.ts';
import { covers, type PlacedFinding, specificityOf } from './cover.ts';
import { daysBetween } from './days.ts';
import { waiverFinding } from './finding.ts';
import { isMachine, isSamePerson, namesOf } from './people.ts';
import type { WaiverEntry } from './read.ts';

/** What is known when a waiver is looked at. */
export interface WaiverCircumstances {
  /** Day of the run, UTC. */
  readonly day: string;
  /** Severity by code of every rule that may be waived. */
  readonly severities: ReadonlyMap<string, 'deny' | 'warn'>;
  /** As the revision that the waivers are taken from has them. */
  readonly approvers: Approvers;
  readonly history: (file: string, folders: readonly string[]) => FileHistory;
}

/** Findings that no waiver reaches: a refused source was never rendered, and a waiver does not excuse waivers. */
const neverWaived: ReadonlySet<Finding['source']> = new Set(['source', 'waiver']);

/**
 * The waiver under which one finding in one root does not block, if there is one. The only place that says so; every path uses it.
 * Of several the most specific one is named, then the one that ends last.
 */
export const honouredFor = (placed: PlacedFinding, entries: readonly WaiverEntry[], on: WaiverCircumstances): WaiverEntry | undefined => {
  if (placed.finding.effect === 'undecided' || neverWaived.has(placed.finding.source)) return undefined;
  return [...entries].filter((e) => covers(e.waiver, placed) && refusalOf(e, on) === undefined).sort(bySpecificity)[0];
};

const bySpecificity = (a: WaiverEntry, b: WaiverEntry): number =>
  specificityOf(b.waiver) - specificityOf(a.waiver) || compareText(b.waiver.effectiveUntil, a.waiver.effectiveUntil) || compareText(a.waiver.id, b.waiver.id);

export const waivedBy = ({ waiver }: WaiverEntry, day: string): Waived => ({
  id: waiver.id,
  owner: waiver.owner,
  ticket: waiver.ticket,
  until: waiver.effectiveUntil,
  daysLeft: daysBetween(day, waiver.effectiveUntil),
});

/** Why a waiver is not honoured on this day; undefined when it is. */
export const refusalOf = (entry: WaiverEntry, on: WaiverCircumstances): Finding | undefined =>
  unknownRule(entry, on) ?? tooLong(entry, on) ?? selfApproved(entry, on) ?? notEntitled(entry, on) ?? outOfTerm(entry, on);

const unknownRule = ({ waiver, file, lineOf }: WaiverEntry, { severities }: WaiverCircumstances): Finding | undefined => {
  const unknown = waiver.rules.filter((rule) => !severities.has(codeOf(rule)));
  return unknown.length === 0 ? undefined : waiverFinding('unknown_rule', file, lineOf('rules'), `there is no rule ${unknown.join(', ')} that can be waived`);
};

const codeOf = (rule: string): string => rule.replace(/:.*$/s, '');

const tooLong = ({ waiver, file, lineOf }: WaiverEntry, { severities }: WaiverCircumstances): Finding | undefined => {
  const isAdvice = waiver.rules.every((rule) => severities.get(codeOf(rule)) === 'warn');
  const longest = waiverLimits.longest[isAdvice ? 'warn' : 'deny'];
  const days = daysBetween(waiver.effectiveOn, waiver.effectiveUntil);
  if (days <= longest) return undefined;
  return waiverFinding('too_long', file, lineOf('effectiveUntil'), `lasts ${days} days from ${waiver.effectiveOn}, at most ${longest} are allowed`);
};

const selfApproved = ({ waiver, file, lineOf }: WaiverEntry, { history }: WaiverCircumstances): Finding | undefined => {
  const refuse = (why: string): Finding => waiverFinding('self_approved', file, lineOf('approvedBy'), `${waiver.approvedBy} ${why}`);
  if (isMachine(waiver.approvedBy)) return refuse('is a machine');
  if (isSamePerson(waiver.approvedBy, waiver.owner)) return refuse(`is the owner, ${waiver.owner}, or looks the same`);
  const author = history(file, []).authors.find((line) => namesOf(line).some((name) => isSamePerson(waiver.approvedBy, name)));
  return author === undefined ? undefined : refuse(`wrote the waiver, as ${author}, or looks the same`);
};

const notEntitled = ({ waiver, file, lineOf }: WaiverEntry, { approvers }: WaiverCircumstances): Finding | undefined => {
  const [area] = areasWithout(waiver.approvedBy, waiver.rules, approvers);
  if (area === undefined) return undefined;
  const who = approvers.get(area)?.join(', ') ?? 'nobody';
  return waiverFinding(
    'not_entitled',
    file,
    lineOf('approvedBy'),
    `${waiver.approvedBy} may not approve waivers of ${area} rules; ${approversFile} names ${who}`,
  );
};

const outOfTerm = ({ waiver, file, lineOf }: WaiverEntry, { day }: WaiverCircumstances): Finding | undefined => {
  if (day < waiver.effectiveOn) return waiverFinding('not_yet', file, lineOf('effectiveOn'), `starts on ${waiver.effectiveOn}; today is ${day}`);
  if (day > waiver.effectiveUntil) return waiverFinding('expired', file, lineOf('effectiveUntil'), `ended with ${waiver.effectiveUntil}; today is ${day}`);
  return undefined;
};
