import path from 'node:path';
import type { RequiredCheck } from '#model/forge.ts';
import type { DeclaredSettings } from './read-settings.ts';

/** Checks that the rulesets require on a branch, each posted by the App that they name. A pattern that may fit counts. */
export const requiredChecksOn = ({ repository, rulesets }: DeclaredSettings, branch: string): RequiredCheck[] => {
  const fits = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' ? branch === repository.repository.default_branch : path.posix.matchesGlob(`refs/heads/${branch}`, pattern));
  return rulesets
    .filter(({ target, conditions }) => target === 'branch' && conditions?.ref_name.include.some(fits) === true && !conditions.ref_name.exclude.some(fits))
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => (rule.type === 'required_status_checks' ? rule.parameters.required_status_checks : []))
    .map(({ context, app }) => ({ name: context, app }));
};
