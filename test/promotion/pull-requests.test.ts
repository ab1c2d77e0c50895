import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '#apply/setup.ts';
import { promoteCommand } from '#cli/promote.ts';
import { GitHubDouble } from '../support/github/double.ts';
import { memoryOutput } from '../support/memory-output.ts';
import { PromotionClone } from '../support/promotion-clone.ts';

/** The command line against a repository of real git that GitHub's double shows as pull requests: real kustomize, opa and keys. */
describe('promote --apply --github', () => {
  const clone = new PromotionClone();
  const { agent, fleet } = clone;
  const github = new GitHubDouble(clone.remote);
  const pin = `agents/${agent}/rings/w0/pin/kustomization.yaml`;
  const end = clone.hoursAfterPin(4);
  let apiUrl = '';
  beforeAll(async () => {
    apiUrl = await github.start();
    const agents = clone.everyAgent();
    clone.observe(...clone.allWell(agents, clone.pinnedAt, end));
  });
  afterAll(async () => {
    await github.stop();
    clone.close();
    expect(github.violations).toEqual([]);
  });

  const apply = async (environment: Record<string, string> = { GITHUB_TOKEN: 'secret', GITHUB_API_URL: apiUrl }) => {
    const { output, printed } = memoryOutput();
    const files = { remote: clone.remote, observations: clone.log, key: clone.key };
    const exitCode = await promoteCommand(fleet.directory, { apply: true, json: true, at: end, github: 'norvik/ran', ...files }, environment, output);
    const { outcomes } = JSON.parse(printed()) as { outcomes: Outcome[] };
    return { exitCode, told: outcomes.map(({ what, outcome, reason }) => `${what} ${outcome}: ${reason.replace(/[0-9a-f]{12}/, '<commit>')}`) };
  };
  const pulls = () => github.hub?.pulls ?? [];

  test('opens one pull request of one line, with what it waits for and the report of the gate', async () => {
    const { exitCode, told } = await apply();
    expect([exitCode, told.at(-1)]).toEqual([0, 'promotion done: its pull request is open']);
    const [pull, ...others] = pulls();
    expect(others).toEqual([]);
    expect(pull).toMatchObject({ branch: `promote/${agent}/w0/1.1.0`, title: `Promote ${agent} 1.1.0 in w0`, state: 'open' });
    expect(clone.git('diff', '--numstat', `main...${pull?.branch}`)).toBe(`1\t1\t${pin}`);
    expect(pull?.body).toContain('All gates of the plan are open.');
    expect(pull?.body).toContain('first ring of this agent');
    expect(pull?.body).toMatch(/sha256:abab/);
  });

  test('waits for every check that the rulesets of main require', async () => {
    expect((await apply()).told).toEqual(['promotion waits: not passed yet: check']);
    Object.assign(github.hub ?? {}, { otherChecks: ['check'], conclusion: 'failure' });
    expect((await apply()).told).toEqual(['promotion waits: not passed yet: verdict']);
    expect(clone.show(pin)).toContain('releases/1.0.0');
  });

  test('merges it once they passed, writes its record, and has nothing left to do', async () => {
    Object.assign(github.hub ?? {}, { conclusion: 'success' });
    expect((await apply()).told).toEqual(['promotion done: merged as <commit>', 'records done: 1 added']);
    expect(clone.show(pin)).toContain('releases/1.1.0');
    expect(pulls()).toMatchObject([{ state: 'closed', mergedAs: clone.git('rev-parse', 'main~1') }]);
    expect((await apply()).told).toEqual([]);
    fleet.git('pull', '--quiet', clone.remote, 'main');
    expect(fleet.run(['verify']).exitCode).toBe(0);
  });

  test('needs a token, and a check that main requires', async () => {
    await expect(apply({})).rejects.toThrow('GITHUB_TOKEN is not set');
    fleet.git('rm', '--quiet', '.github/settings/rulesets/main-review.yaml');
    fleet.commit('No rules');
    fleet.git('push', '--quiet', clone.remote, 'HEAD:main');
    await expect(apply()).rejects.toThrow('no ruleset of .github/settings/ requires a check on main');
  });
});
