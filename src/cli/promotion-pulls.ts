import { openGitHubForge } from '#adapters/github-forge.ts';
import type { KnownAnswers } from '#adapters/github-wire.ts';
import { pullText } from '#apply/pull-body.ts';
import type { ApplySetup } from '#apply/setup.ts';
import { GateError } from '#model/errors.ts';
import type { PromotionMove } from '#model/promotion.ts';
import { readSettings } from '#settings/read-settings.ts';
import { requiredChecksOn } from '#settings/required-checks.ts';
import { gateReport } from './gate.ts';
import { type Environment, githubAccess } from './github-access.ts';
import type { Output } from './output.ts';
import type { PlanGround } from './plan-for.ts';

/** The part of applying a plan that is about pull requests. */
export type Pulls = Pick<ApplySetup, 'forge' | 'describe' | 'requiredChecks' | 'mayGoOn'>;

/** Without GitHub: promotions are commits. */
export const noPulls: Pulls = {
  describe: () => Promise.reject(new Error('there is no forge to open pull requests in')),
  requiredChecks: [],
  mayGoOn: () => true,
};

/** What pull requests on GitHub need for one run, from the ground of its plan. */
export type OpenPulls = (ground: PlanGround) => Pulls;

/**
 * Pull requests of `owner/name`. What was read stays known over all runs of this process; how often one may ask counts for each.
 * @throws GateError GATE_USAGE without a token; on opening, when no ruleset of the revision requires any check
 */
export const gitHubPulls = (named: string, branch: string, environment: Environment, output: Output): OpenPulls => {
  const known: KnownAnswers = new Map();
  const access = { ...githubAccess(named, environment, output), known };
  return (ground) => {
    const requiredChecks = requiredChecksOn(readSettings(ground.snapshot), branch);
    if (requiredChecks.length === 0)
      throw new GateError('GATE_NO_CHECKS', 'usage', `no ruleset of .github/settings/ requires a check on ${branch}`, {
        hint: 'Declare the checks that a pull request has to pass: without one, nothing would judge a promotion before its merge.',
      });
    const { forge, mayGoOn } = openGitHubForge(access);
    return { forge, mayGoOn, requiredChecks, describe: (move, head) => describe(ground, output, move, head) };
  };
};

/** The gate's report of just this change, and where the evidence of the ring before stands. */
const describe = async ({ repository, facts }: PlanGround, output: Output, move: PromotionMove, head: string) => {
  const report = await gateReport(repository, { base: `${head}^1`, head, cache: true }, { ...output, print: () => {} });
  const verified = facts.findLast((f) => f.agent === move.agent && f.ring === move.verifiedIn && f.release === move.to && f.outcome === 'verified');
  return pullText(move, report, verified && { file: verified.record, renderSha256: verified.renderSha256 });
};
