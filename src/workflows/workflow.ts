import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { SourceDocument } from '#util/source-yaml.ts';

type Fields = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** A part of a workflow together with where it stands. */
interface Part {
  readonly path: Path;
  readonly value: Fields;
}

export interface Job extends Part {
  readonly id: string;
  readonly steps: readonly Part[];
}

/** One workflow or composite action, read for its checks. */
export interface Workflow {
  readonly file: string;
  readonly document: SourceDocument;
  readonly value: Fields;
  readonly isAction: boolean;
  /** Names of the events, whatever form `on` has. */
  readonly events: readonly string[];
  readonly jobs: readonly Job[];
}

/** Fault before it has a line: the path says where. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** One of the twelve checks: what it is called, how to mend what it finds, and what it finds. */
export interface Check {
  readonly code: `workflow.${string}`;
  readonly title: string;
  readonly solution: string;
  readonly find: (workflow: Workflow) => readonly Problem[];
}

/** Files that GitHub runs. */
export const isWorkflowFile = (path: string): boolean => /^\.github\/(workflows\/[^/]+|actions\/.*\/?action)\.ya?ml$/.test(path);

export const readWorkflow = (file: string, text: string): Workflow => {
  const document = new SourceDocument(file, text);
  const value = isFields(document.value) ? document.value : {};
  const isAction = file.startsWith('.github/actions/');
  return { file, document, value, isAction, events: eventsOf(value['on']), jobs: isAction ? [compositeJob(value)] : jobsOf(value) };
};

const eventsOf = (on: unknown): string[] => {
  if (typeof on === 'string') return [on];
  if (Array.isArray(on)) return on.map(String);
  return isFields(on) ? Object.keys(on) : [];
};

const jobsOf = (value: Fields): Job[] =>
  Object.entries(isFields(value['jobs']) ? value['jobs'] : {}).flatMap(([id, job]) =>
    isFields(job) ? [{ id, path: ['jobs', id], value: job, steps: stepsAt(job, ['jobs', id, 'steps']) }] : [],
  );

const compositeJob = (value: Fields): Job => {
  const runs = isFields(value['runs']) ? value['runs'] : {};
  return { id: 'runs', path: ['runs'], value: runs, steps: stepsAt(runs, ['runs', 'steps']) };
};

const stepsAt = (holder: Fields, path: Path): Part[] => asList(holder['steps']).flatMap((value, i) => (isFields(value) ? [{ path: [...path, i], value }] : []));

/** Every text that a shell or a script engine will run. */
export const scriptsOf = ({ jobs }: Workflow): { path: Path; text: string }[] =>
  jobs.flatMap(({ steps }) =>
    steps.flatMap(({ path, value }) => [
      ...(typeof value['run'] === 'string' ? [{ path: [...path, 'run'], text: value['run'] }] : []),
      ...(/^actions\/github-script@/.test(textAt(value, 'uses'))
        ? [{ path: [...path, 'with', 'script'], text: String(valueAt(value, 'with', 'script') ?? '') }]
        : []),
    ]),
  );

/** Every text of the file, with its path. */
export const textsOf = (value: unknown, path: Path = []): { path: Path; text: string }[] => {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => textsOf(item, [...path, i]));
  return isFields(value) ? Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key])) : [];
};

/** Scopes that a job may write to. */
export const writesOf = (job: Job): string[] => {
  const permissions = job.value['permissions'];
  return isFields(permissions) ? Object.keys(permissions).filter((scope) => permissions[scope] === 'write') : [];
};
