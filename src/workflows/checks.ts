import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { type Check, type Problem, scriptsOf, textsOf, type Workflow, writesOf } from './workflow.ts';

/** Events whose runs see no secrets of a fork's pull request, or that only an account with write access can start. */
const events = new Set(['pull_request', 'merge_group', 'push', 'schedule', 'workflow_dispatch', 'repository_dispatch']);

/** A hosted image by version: `ubuntu-latest` is another machine next year. */
const hosted = /^(ubuntu|windows|macos)-\d[\w.-]*$/;

const inScripts = (workflow: Workflow, pattern: RegExp, message: (found: string) => string): Problem[] =>
  scriptsOf(workflow).flatMap(({ path, text }) => {
    const found = pattern.exec(text);
    return found ? [{ path, message: message(found[0].trim()) }] : [];
  });

const usesOf = ({ jobs }: Workflow) =>
  jobs.flatMap((job) => [job, ...job.steps]).flatMap(({ path, value }) => (typeof value['uses'] === 'string' ? [{ path, value, uses: value['uses'] }] : []));

/** The checks that can be decided from the file alone; names and meaning as in zizmor's audits (docs.zizmor.sh/audits). */
export const checks: readonly Check[] = [
  {
    code: 'workflow.dangerous_trigger',
    title: 'Workflows start on safe events only',
    solution: `Use ${[...events].join(', ')}; what needs secrets runs after the merge.`,
    find: ({ isAction, events: named }) => {
      if (isAction) return [];
      if (named.length === 0) return [{ path: ['on'], message: 'the workflow names no event' }];
      return named.filter((event) => !events.has(event)).map((event) => ({ path: ['on', event], message: `the event ${event} is not allowed` }));
    },
  },
  {
    code: 'workflow.excessive_permissions',
    title: 'A workflow starts with no permission, and each job names its own',
    solution: 'Write `permissions: {}` at the top, and in each job only the scopes that it needs.',
    find: ({ isAction, value, jobs }) => {
      if (isAction) return [];
      const top = value['permissions'];
      const isEmpty = isFields(top) && Object.keys(top).length === 0;
      return [
        ...(isEmpty ? [] : [{ path: ['permissions'], message: 'the top of the workflow does not say permissions: {}' }]),
        ...jobs
          .filter((job) => job.value['permissions'] !== undefined && !isFields(job.value['permissions']))
          .map((job) => ({ path: [...job.path, 'permissions'], message: `job ${job.id} asks for ${JSON.stringify(job.value['permissions'])}` })),
      ];
    },
  },
  {
    code: 'workflow.unpinned',
    title: 'Actions, images and tools are pinned',
    solution: 'Pin an action by its full commit id, an image by sha256 digest, a tool by the lock file.',
    find: (workflow) => [
      ...usesOf(workflow)
        .filter(({ uses }) => !isPinned(uses))
        .map(({ path, uses }) => ({ path: [...path, 'uses'], message: `${uses} can change under its name` })),
      ...workflow.jobs.flatMap((job) => unpinnedImages(job.value, job.path)),
      ...inScripts(workflow, unpinnedTool, (tool) => `\`${tool}\` takes whatever is newest`),
    ],
  },
  {
    code: 'workflow.kept_credentials',
    title: 'A checkout keeps no credentials',
    solution: 'Set `persist-credentials: false`; steps that run later can read .git/config.',
    find: (workflow) =>
      usesOf(workflow)
        .filter(({ uses, value }) => /^actions\/checkout@/.test(uses) && !isFalse(valueAt(value, 'with', 'persist-credentials')))
        .map(({ path }) => ({ path: [...path, 'uses'], message: 'the checkout leaves its token in .git/config' })),
  },
  {
    code: 'workflow.template_injection',
    title: 'No expression stands in a script',
    solution: 'Put the expression into `env:` and read the variable, quoted: "$NAME".',
    find: (workflow) => inScripts(workflow, /\$\{\{[^}]*\}\}/, (found) => `the script contains ${found}, which is put in before the shell reads it`),
  },
  {
    code: 'workflow.environment_file',
    title: 'No step changes the environment of later steps',
    solution: 'Give the value to the one step that needs it, through `env:` or an output.',
    find: (workflow) => inScripts(workflow, /GITHUB_(ENV|PATH)\b/, (found) => `the script writes ${found}`),
  },
  {
    code: 'workflow.secrets_inherited',
    title: 'A workflow that is called gets the secrets that it needs, by name',
    solution: 'Name each secret under `secrets:`.',
    find: (workflow) => [
      ...workflow.jobs
        .filter((job) => job.value['secrets'] === 'inherit')
        .map((job) => ({ path: [...job.path, 'secrets'], message: `job ${job.id} hands on all secrets` })),
      ...textsOf(workflow.value)
        .filter(({ text }) => /\btoJSON\(\s*secrets\s*\)|\bsecrets\[/i.test(text))
        .map(({ path }) => ({ path, message: 'the expression reads all secrets' })),
    ],
  },
  {
    code: 'workflow.cache_poisoning',
    title: 'A job that may write uses no cache',
    solution: 'Leave the cache out (`cache: false` for setup-go), or take the permission away: any branch can fill a cache.',
    find: (workflow) =>
      workflow.jobs
        .filter((job) => writesOf(job).length > 0)
        .flatMap((job) =>
          job.steps
            .filter(({ value }) => usesCache(value))
            .map(({ path, value }) => ({
              path: [...path, 'uses'],
              message: `job ${job.id} may write ${writesOf(job).join(', ')} and trusts the cache of ${textAt(value, 'uses')}`,
            })),
        ),
  },
  {
    code: 'workflow.actor_condition',
    title: 'Nobody is trusted by the name of the actor',
    solution: 'Compare github.event.pull_request.user.id; the actor is whoever pushed last.',
    find: (workflow) =>
      textsOf(workflow.value)
        .filter(({ text, path }) => (path.at(-1) === 'if' || text.includes('${{')) && /\bgithub\.(triggering_)?actor\b(?!_id)/i.test(text))
        .map(({ path }) => ({ path, message: 'the expression reads github.actor' })),
  },
  {
    code: 'workflow.unsound_condition',
    title: 'A condition can fail, and a failure counts',
    solution: 'Write the whole condition as one expression; no `continue-on-error`; the job that others wait for runs always.',
    find: (workflow) => [...conditions(workflow), ...skippedVerdict(workflow)],
  },
  {
    code: 'workflow.self_hosted_runner',
    title: 'Jobs run on hosted machines of a named version',
    solution: 'Write a version, like `runs-on: ubuntu-24.04`: a machine of ours would keep what a pull request leaves behind.',
    find: ({ isAction, jobs }) =>
      isAction
        ? []
        : jobs
            .filter((job) => job.value['uses'] === undefined && !(typeof job.value['runs-on'] === 'string' && hosted.test(job.value['runs-on'])))
            .map((job) => ({ path: [...job.path, 'runs-on'], message: `job ${job.id} runs on ${JSON.stringify(job.value['runs-on'] ?? 'nothing')}` })),
  },
  {
    code: 'workflow.insecure_command',
    title: 'No command of the old kind is written or allowed',
    solution: 'Write to "$GITHUB_OUTPUT"; take ACTIONS_ALLOW_UNSECURE_COMMANDS out.',
    find: (workflow) => [
      ...inScripts(workflow, /::(set-env|add-path|set-output|save-state)\b/, (found) => `the script prints ${found}`),
      ...allowsOldCommands(workflow.value, []),
    ],
  },
];

const isPinned = (uses: string): boolean => {
  if (uses.startsWith('./.github/')) return true;
  if (uses.startsWith('docker://')) return /@sha256:[0-9a-f]{64}$/.test(uses);
  return /^actions\/[\w.-]+(\/[\w./-]+)?@[0-9a-f]{40}$/.test(uses);
};

const unpinnedTool =
  /\b(npx\s+(?!--no-install)\S+|npm\s+(i|install|add)\b[^\n]*|pip3?\s+install\b(?![^\n]*--require-hashes)[^\n]*|go\s+install\s+\S+@(latest|main|master)|(curl|wget)\b[^\n|]*\|\s*(sudo\s+)?(ba|z)?sh\b)/;

const unpinnedImages = (job: Readonly<Record<string, unknown>>, path: readonly (string | number)[]): Problem[] => {
  const container = job['container'];
  const services = isFields(job['services']) ? job['services'] : {};
  const images = [
    { path: [...path, 'container'], image: typeof container === 'string' ? container : valueAt(container, 'image') },
    ...Object.entries(services).map(([name, service]) => ({ path: [...path, 'services', name, 'image'], image: valueAt(service, 'image') })),
  ];
  return images
    .filter(({ image }) => image !== undefined && !/@sha256:[0-9a-f]{64}$/.test(String(image)))
    .map((found) => ({ path: found.path, message: `the image ${String(found.image)} can change under its name` }));
};

const isFalse = (value: unknown): boolean => value === false || value === 'false';

const usesCache = (step: Readonly<Record<string, unknown>>): boolean => {
  const uses = textAt(step, 'uses');
  if (/^actions\/cache(\/restore)?@/.test(uses)) return true;
  if (/^actions\/setup-go@/.test(uses)) return !isFalse(valueAt(step, 'with', 'cache'));
  const cache = valueAt(step, 'with', 'cache');
  return /^actions\/setup-/.test(uses) && cache !== undefined && cache !== '' && !isFalse(cache);
};

const conditions = ({ jobs }: Workflow): Problem[] =>
  jobs
    .flatMap((job) => [job, ...job.steps])
    .flatMap(({ path, value }) => {
      const condition = value['if'];
      const text = typeof condition === 'string' ? condition.trim() : '';
      return [
        ...(text.includes('${{') && !/^\$\{\{[^}]*\}\}$/.test(text)
          ? [{ path: [...path, 'if'], message: 'text around the expression makes the condition always true' }]
          : []),
        ...(/\bcontains\(\s*'[^']*'\s*,/.test(text) ? [{ path: [...path, 'if'], message: 'contains() on one text finds parts of names' }] : []),
        ...(value['continue-on-error'] !== undefined && !isFalse(value['continue-on-error'])
          ? [{ path: [...path, 'continue-on-error'], message: 'a failure here would count as success' }]
          : []),
      ];
    });

/** A job that is skipped counts as passed on GitHub, so the one that a ruleset requires must run whatever happened before. */
const skippedVerdict = ({ jobs }: Workflow): Problem[] =>
  jobs
    .filter((job) => textAt(job.value, 'name') === 'verdict' || job.id === 'verdict')
    .filter((job) => asList(job.value['needs']).length > 0 || typeof job.value['needs'] === 'string')
    .filter((job) => !/^(\$\{\{\s*)?always\(\)(\s*\}\})?$/.test(textAt(job.value, 'if').trim()))
    .map((job) => ({ path: job.path, message: `job ${job.id} would be skipped, and so passed, when a job before it fails` }));

const allowsOldCommands = (value: unknown, path: readonly (string | number)[]): Problem[] => {
  if (Array.isArray(value)) return value.flatMap((item, i) => allowsOldCommands(item, [...path, i]));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key === 'ACTIONS_ALLOW_UNSECURE_COMMANDS' ? [{ path: [...path, key], message: 'commands that any output can forge are allowed again' }] : []),
    ...allowsOldCommands(item, [...path, key]),
  ]);
};
