import { z } from 'zod';
import { GateError } from '#model/errors.ts';
import type { PartKind, SettingsHost, SettingsPart } from '#model/repository-settings.ts';
import { repositorySettingsSchema } from '#model/repository-settings.ts';
import { findOrCreate } from './find-or-create.ts';
import { putEnvironment, readEnvironments } from './github-environments.ts';
import { type At, type Client, type ClientOptions, createClient, guarded } from './octokit.ts';

type Fields = Readonly<Record<string, unknown>>;
type SingleKind = Exclude<PartKind, 'ruleset' | 'environment'>;

const { repository, security, actions } = repositorySettingsSchema.shape;
const fieldsOf = (schema: z.ZodObject): string[] => Object.keys(schema.shape);
const { permissions, selected, workflow, private_forks, retention } = actions.shape;

const actionsPath = '/repos/{owner}/{repo}/actions/permissions';

/** Parts that are there once: where GitHub keeps them, and which of its fields are ours. */
const singles: Readonly<Record<SingleKind, { readonly path: string; readonly fields: readonly string[]; readonly write: 'PUT' | 'PATCH' }>> = {
  repository: { path: '/repos/{owner}/{repo}', fields: fieldsOf(repository), write: 'PATCH' },
  security: { path: '/repos/{owner}/{repo}', fields: fieldsOf(security), write: 'PATCH' },
  actions: { path: actionsPath, fields: fieldsOf(permissions), write: 'PUT' },
  'selected-actions': { path: `${actionsPath}/selected-actions`, fields: fieldsOf(selected), write: 'PUT' },
  'workflow-permissions': { path: `${actionsPath}/workflow`, fields: fieldsOf(workflow), write: 'PUT' },
  'private-forks': { path: `${actionsPath}/fork-pr-workflows-private-repos`, fields: fieldsOf(private_forks), write: 'PUT' },
  retention: { path: `${actionsPath}/artifact-and-log-retention`, fields: fieldsOf(retention), write: 'PUT' },
};

const rulesetFields = ['name', 'target', 'enforcement', 'bypass_actors', 'conditions', 'rules'] as const;
const numbered = z.object({ id: z.int() });
const listedRulesets = z.array(z.object({ id: z.int(), name: z.string() }));

/** Settings of one repository, over GitHub's REST interface (docs.github.com/rest/repos/rules, /actions/permissions, /deployments/environments). */
export const openSettings = (access: ClientOptions): SettingsHost => {
  const client = createClient(access);
  const at = { owner: access.owner, repo: access.repository };
  return {
    appId: once((app_slug) => guarded(`App ${app_slug}`, async () => idIn(await client.request('GET /apps/{app_slug}', { app_slug })))),
    teamId: once((team_slug) =>
      guarded(`team ${team_slug}`, async () => idIn(await client.request('GET /orgs/{org}/teams/{team_slug}', { org: at.owner, team_slug }))),
    ),
    read: async () => [
      ...(await readSingles(client, at)),
      ...(await guarded('rulesets', () => readRulesets(client, at))),
      ...(await guarded('environments', () => readEnvironments(client, at))),
    ],
    put: (part) => guarded(`${part.kind} ${part.name}`, () => put(client, at, part)),
    remove: (part) => guarded(`${part.kind} ${part.name}`, () => remove(client, at, part)),
  };
};

const idIn = ({ data }: { readonly data: unknown }): number => numbered.parse(data).id;

/** Asks once for each name. */
const once = (ask: (name: string) => Promise<number>): ((name: string) => Promise<number>) => {
  const asked = new Map<string, Promise<number>>();
  return (name) => {
    const answer = asked.get(name) ?? ask(name);
    asked.set(name, answer);
    return answer;
  };
};

/** Where every action is allowed there is no list of allowed ones, and a public repository has no rules for forks of a private one. */
const readSingles = async (client: Client, at: At): Promise<SettingsPart[]> => {
  const read = (kind: SingleKind): Promise<SettingsPart> => guarded(kind, () => readSingle(client, at, kind));
  const [repo, allowed, ...rest] = await Promise.all((['repository', 'actions', 'security', 'workflow-permissions', 'retention'] as const).map(read));
  const dependent: SingleKind[] = [
    ...(allowed?.value['allowed_actions'] === 'selected' ? (['selected-actions'] as const) : []),
    ...(repo?.value['private'] === true ? (['private-forks'] as const) : []),
  ];
  return [repo, allowed, ...rest, ...(await Promise.all(dependent.map(read)))].filter((part) => part !== undefined);
};

const readSingle = async (client: Client, at: At, kind: SingleKind): Promise<SettingsPart> => {
  const { path, fields } = singles[kind];
  const answer = z.record(z.string(), z.unknown()).parse((await client.request(`GET ${path}`, { ...at })).data);
  const holder = kind === 'security' ? scansIn(answer['security_and_analysis']) : answer;
  return { kind, name: '', value: Object.fromEntries(fields.map((field) => [field, shownField(holder, field, kind)])) };
};

/** `{secret_scanning: {status: enabled}}` as `{secret_scanning: enabled}`. */
const scansIn = (answer: unknown): Fields =>
  Object.fromEntries(
    Object.entries(
      z
        .record(z.string(), z.looseObject({ status: z.string() }))
        .catch({})
        .parse(answer),
    ).map(([key, { status }]) => [key, status]),
  );

/** What a token may not see GitHub leaves out, and nothing can be said about it. */
const shownField = (holder: Fields, field: string, what: string): unknown => {
  if (holder[field] !== undefined) return holder[field];
  throw new GateError('GATE_GITHUB', 'undecided', `${what}: GitHub does not show ${field}`, {
    hint: 'The token needs the permission administration: write; GitHub leaves out what a token may not change.',
  });
};

const readRulesets = async (client: Client, at: At): Promise<SettingsPart[]> => {
  const listed = await client.paginate('GET /repos/{owner}/{repo}/rulesets', { ...at, includes_parents: false, per_page: 100 });
  return Promise.all(
    listedRulesets.parse(listed).map(async ({ id, name }) => {
      const path = 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}';
      const answer: Fields = z.record(z.string(), z.unknown()).parse((await client.request(path, { ...at, ruleset_id: id, includes_parents: false })).data);
      shownField(answer, 'bypass_actors', `ruleset ${name}`);
      return { kind: 'ruleset' as const, name, id, value: Object.fromEntries(rulesetFields.map((field) => [field, answer[field]])) };
    }),
  );
};

const put = async (client: Client, at: At, part: SettingsPart): Promise<void> => {
  if (part.kind === 'environment') return putEnvironment(client, at, part);
  if (part.kind === 'ruleset') return putRuleset(client, at, part);
  const { path, write } = singles[part.kind];
  const scans = Object.fromEntries(Object.entries(part.value).map(([key, status]) => [key, { status }]));
  await client.request(`${write} ${path}`, { ...at, ...(part.kind === 'security' ? { security_and_analysis: scans } : part.value) });
};

const putRuleset = async (client: Client, at: At, { name, value }: SettingsPart): Promise<void> => {
  const find = async (): Promise<number | undefined> => {
    const listed = await client.paginate('GET /repos/{owner}/{repo}/rulesets', { ...at, includes_parents: false, per_page: 100 });
    return listedRulesets.parse(listed).find((r) => r.name === name)?.id;
  };
  const create = async (): Promise<number> =>
    idIn(
      await client.request('POST /repos/{owner}/{repo}/rulesets', { ...at, ...(value as { name: string; enforcement: 'active' }), request: { retries: 0 } }),
    );
  const { id, created } = await findOrCreate(find, create);
  if (!created) await client.request('PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...at, ruleset_id: id, ...value });
};

const remove = async (client: Client, at: At, { kind, name, id }: SettingsPart): Promise<void> => {
  if (kind === 'ruleset' && id !== undefined) await client.request('DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...at, ruleset_id: id });
  if (kind === 'environment') await client.request('DELETE /repos/{owner}/{repo}/environments/{environment_name}', { ...at, environment_name: name });
};
