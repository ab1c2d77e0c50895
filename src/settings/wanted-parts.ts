import type { Environment, Ruleset, SettingsHost, SettingsPart } from '#model/repository-settings.ts';
import { isFields } from '#util/manifest.ts';
import type { DeclaredSettings } from './read-settings.ts';

type Names = Pick<SettingsHost, 'appId' | 'teamId'>;

/** The declared settings in GitHub's own form; Apps and teams have their numbers there, which nobody should have to read in a file. */
export const wantedParts = async (
  { repository: { repository, security, actions }, rulesets, environments }: DeclaredSettings,
  names: Names,
): Promise<SettingsPart[]> => [
  { kind: 'repository', name: '', value: repository },
  { kind: 'security', name: '', value: security },
  { kind: 'actions', name: '', value: actions.permissions },
  { kind: 'selected-actions', name: '', value: actions.selected },
  { kind: 'workflow-permissions', name: '', value: actions.workflow },
  { kind: 'private-forks', name: '', value: actions.private_forks },
  { kind: 'retention', name: '', value: actions.retention },
  ...(await Promise.all(rulesets.map((ruleset) => rulesetPart(ruleset, names)))),
  ...(await Promise.all(environments.map((environment) => environmentPart(environment, names)))),
];

const rulesetPart = async ({ apiVersion: _, kind: __, bypass_actors, rules, ...rest }: Ruleset, names: Names): Promise<SettingsPart> => {
  const actors = bypass_actors.map(async ({ app, bypass_mode }) => ({ actor_id: await names.appId(app), actor_type: 'Integration', bypass_mode }));
  const value = { ...rest, bypass_actors: await Promise.all(actors), rules: await Promise.all(rules.map((rule) => withIds(rule, names))) };
  return { kind: 'ruleset', name: rest.name, value };
};

/** A rule with the number of the App in place of its name. */
const withIds = async (rule: unknown, names: Names): Promise<unknown> => {
  if (Array.isArray(rule)) return Promise.all(rule.map((item) => withIds(item, names)));
  if (!isFields(rule)) return rule;
  const fields = await Promise.all(
    Object.entries(rule).map(async ([key, value]) =>
      key === 'app' ? ['integration_id', await names.appId(String(value))] : [key, await withIds(value, names)],
    ),
  );
  return Object.fromEntries(fields);
};

const environmentPart = async ({ name, wait_timer, prevent_self_review, reviewers, branches }: Environment, names: Names): Promise<SettingsPart> => {
  const teams = await Promise.all(reviewers.map(async ({ team }) => ({ type: 'Team', id: await names.teamId(team) })));
  return {
    kind: 'environment',
    name,
    value: { wait_timer, prevent_self_review, reviewers: teams, branches: branches.map((b) => ({ type: 'branch', name: b })) },
  };
};
