import { parseAllDocuments } from 'yaml';
import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { fileFinding } from '#util/file-finding.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import { type GuardRule, guardRules } from './rules.ts';

const found = (rule: GuardRule, code: string, message: string, file = `policies/rules/${code.replace('.', '/')}`, line = 1): Finding =>
  fileFinding({ rule: guardRules[rule], source: 'guard', file, line, subject: code, message });

/** Rules of the base that the head has no more, or has in a softer form. Pure. */
export const loosenedRules = (base: readonly RuleInfo[], head: readonly RuleInfo[]): Finding[] =>
  base.flatMap((was) => {
    const is = head.find((r) => r.code === was.code);
    if (is === undefined) return [found('rule_removed', was.code, `the rule ${was.code} is gone`)];
    const lost = was.controls.filter((c) => !is.controls.includes(c));
    return [
      ...(denies(was) && !denies(is) ? ['denies no more, only warns'] : []),
      ...((is.effectiveOn ?? '') > (was.effectiveOn ?? '')
        ? [`denies from ${is.effectiveOn} on, not ${was.effectiveOn === undefined ? 'at once' : `from ${was.effectiveOn}`}`]
        : []),
      ...(lost.length > 0 ? [`is evidence no more for ${lost.join(', ')}`] : []),
    ].map((how) => found('rule_softened', was.code, `${was.code} ${how}`));
  });

/** On some day: a rule that waits for its day will deny. */
const denies = ({ severity, effectiveOn }: RuleInfo): boolean => severity === 'deny' || effectiveOn !== undefined;

const examples = /^policies\/rules\/([^/]+)\/([^/]+)\/(cases|allowed|denied)\.yaml$/;

/** Cases and examples that the base has and the head has not, for rules that stay. Pure. */
export const lostCases = (files: readonly ChangedFile[], base: Snapshot, head: Snapshot, staying: ReadonlySet<string>): Finding[] =>
  files.flatMap(({ path, status }) => {
    const [, area, rule, kind] = examples.exec(path) ?? [];
    const code = `${area}.${rule}`;
    if (kind === undefined || status === 'added' || !staying.has(code)) return [];
    if (status === 'deleted') return [found('case_removed', code, `${path} is gone`, path)];
    const [was, is] = [base.read(path).toString(), head.read(path).toString()];
    return kind === 'cases' ? lostInCases(code, path, was, is) : lostExamples(code, path, was, is);
  });

const lostInCases = (code: string, file: string, before: string, after: string): Finding[] => {
  const casesIn = (text: string): Map<string, unknown> =>
    new Map(asList(valueAt(new SourceDocument(file, text).value, 'cases')).map((c) => [textAt(c, 'name'), c]));
  const now = casesIn(after);
  return [...casesIn(before)].flatMap(([name, was]) => {
    if (!now.has(name)) return [found('case_removed', code, `the case "${name}" is gone`, file)];
    return (['deny', 'undecided'] as const).flatMap((verdict) => {
      const [expected, expects] = [was, now.get(name)].map((c) => asList(valueAt(c, verdict)).length);
      if (expects === undefined || expected === undefined || expects >= expected) return [];
      return [found('case_removed', code, `the case "${name}" expects ${verdict} ${expects} times, not ${expected}`, file)];
    });
  });
};

const lostExamples = (code: string, file: string, before: string, after: string): Finding[] => {
  const countIn = (text: string): number => {
    const documents = parseAllDocuments(text);
    return Array.isArray(documents) ? documents.filter((d) => d.contents !== null).length : 0;
  };
  const [was, is] = [countIn(before), countIn(after)];
  return is >= was ? [] : [found('case_removed', code, `${file} has ${is} examples, not ${was}`, file)];
};
