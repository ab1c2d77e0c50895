import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { count } from '#util/count.ts';
import { fileFinding } from '#util/file-finding.ts';
import { areas, isEngineFile } from './areas.ts';
import { loosenedFacts } from './facts.ts';
import { loosenedRules, lostCases } from './policies.ts';
import { guardRules } from './rules.ts';

/** Whose engine is running: that of the base, that of the change, or another one. */
export type EngineSide = 'base' | 'change' | 'other';

export interface GuardedChange {
  readonly files: readonly ChangedFile[];
  readonly base: Snapshot;
  readonly head: Snapshot;
  /** Facts of both sides when they differ in what rules read. */
  readonly facts: { readonly base: Fleet; readonly head: Fleet } | undefined;
  /** Rules of both sides when the change edits policies. */
  readonly rules: { readonly base: readonly RuleInfo[]; readonly head: readonly RuleInfo[] } | undefined;
  /** Asked only when the change edits the engine. */
  readonly engineSide: () => EngineSide;
}

/** What a change does to that which judges it and every change after it. */
export const guardFindings = (change: GuardedChange): Finding[] => [
  ...edited(change),
  ...(change.facts ? loosenedFacts(change.facts.base, change.facts.head, change.head) : []),
  ...(change.rules ? loosenedRules(change.rules.base, change.rules.head) : []),
  ...lostCases(change.files, change.base, change.head, rulesThatStay(change)),
];

/** A rule that goes is told as a whole; without a second bundle no rule went, and every folder of rules stays. */
const rulesThatStay = ({ rules, base }: GuardedChange): Set<string> => {
  const folders = [...base.files.keys()].flatMap((f) => /^policies\/rules\/([^/]+)\/([^/]+)\//.exec(f)?.slice(1, 3).join('.') ?? []);
  return new Set(rules ? rules.head.map((r) => r.code) : folders);
};

const judgedBy: Readonly<Record<EngineSide, string>> = {
  base: "the base's engine judged",
  change: "the change's own engine judged: let the base's engine judge before you merge",
  other: "an engine judged that is neither the base's nor the change's",
};

const edited = ({ files, rules, engineSide }: GuardedChange): Finding[] =>
  areas.flatMap(({ name, holds }) => {
    const touched = files.filter((f) => holds.test(f.path)).map((f) => f.path);
    const [first] = touched;
    if (first === undefined) return [];
    const how = isEngineFile(first)
      ? judgedBy[engineSide()]
      : name === 'policies' && rules
        ? "the base's policies and the change's own judged, and both must allow"
        : undefined;
    const some = `${touched.slice(0, 3).join(', ')}${touched.length > 3 ? ' and others' : ''}`;
    const message = `edits the ${name}, ${count(touched.length, 'file')} (${some})${how === undefined ? '' : `; ${how}`}`;
    return [fileFinding({ rule: guardRules.edited, source: 'guard', file: first, line: 1, subject: name, message })];
  });
