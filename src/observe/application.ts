import { isDeepStrictEqual } from 'node:util';
import type { AgentSample } from '#model/observation.ts';
import type { Manifest } from '#model/ports.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';

type Sync = AgentSample['sync'];
export type Health = AgentSample['health'];

/** What the Application of a unit should say, as Git has it. */
export interface ExpectedSource {
  readonly repoURL: string;
  readonly targetRevision: string;
  readonly path: string;
}

/** What an Application shows, as far as it can be believed. */
export interface ApplicationView {
  readonly revision: string | null;
  readonly sync: Sync;
  readonly health: Health;
  /** It reads the path and the branch that Git says it should. */
  readonly isExpectedSource: boolean;
  /** Why less is said than the status claims, and what Argo CD itself says. */
  readonly notes: readonly string[];
}

/** Argo CD looks at an Application again every two to three minutes (argocd-cm: 120 s and 60 s of jitter): three times that is silence. */
const longestSilenceMs = 10 * 60_000;

const syncStates: readonly Sync[] = ['Synced', 'OutOfSync', 'Unknown'];
const healthStates: readonly Health[] = ['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'];

export const unseenApplication = (note: string): ApplicationView => ({
  revision: null,
  sync: 'Unknown',
  health: 'Unknown',
  isExpectedSource: false,
  notes: [note],
});

/** There is none on the hub: the agent is not there, or nobody looks after it. */
export const noApplication: ApplicationView = { ...unseenApplication('there is no Application'), health: 'Missing' };

/**
 * Reads an Application at one moment. A status from before the last change of its spec, before the end of the last sync (argo-cd issue
 * 29410) or from a controller that fell silent is Unknown; while a sync runs or after one failed nothing is Synced or Healthy
 * (kargo issues 2196 and 5166). Pure.
 * @param at epoch milliseconds
 */
export const viewApplication = (application: Manifest, expected: ExpectedSource, at: number): ApplicationView => {
  const distrust = reasonsForDistrust(application, at);
  const claimedSync = syncStates.find((s) => s === textAt(application, 'status', 'sync', 'status')) ?? 'Unknown';
  const claimedHealth = healthStates.find((s) => s === textAt(application, 'status', 'health', 'status')) ?? 'Unknown';
  const revision = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.exec(textAt(application, 'status', 'sync', 'revision'))?.[0] ?? null;
  const unfinished = unfinishedSync(application);
  const isBelieved = distrust.length === 0;
  return {
    revision,
    sync: !isBelieved || revision === null || (claimedSync === 'Synced' && unfinished !== undefined) ? 'Unknown' : claimedSync,
    health: isBelieved ? (claimedHealth === 'Healthy' && unfinished !== undefined ? 'Progressing' : claimedHealth) : 'Unknown',
    isExpectedSource: isDeepStrictEqual(sourceOf(valueAt(application, 'spec', 'source')), expected),
    notes: [...distrust, ...(unfinished === undefined ? [] : [unfinished]), ...saidByArgo(application)],
  };
};

const sourceOf = (source: unknown): ExpectedSource => ({
  repoURL: textAt(source, 'repoURL'),
  targetRevision: textAt(source, 'targetRevision'),
  path: textAt(source, 'path'),
});

/** Why the status as a whole is not that of now. */
const reasonsForDistrust = (application: Manifest, at: number): string[] => {
  const reconciledAt = Date.parse(textAt(application, 'status', 'reconciledAt'));
  const finishedAt = Date.parse(textAt(application, 'status', 'operationState', 'finishedAt'));
  const compared = valueAt(application, 'status', 'sync', 'comparedTo');
  const same = (field: string): boolean => isDeepStrictEqual(valueAt(compared, field), valueAt(application, 'spec', field));
  return [
    ...(textAt(application, 'metadata', 'deletionTimestamp') === '' ? [] : ['the Application is being deleted']),
    ...(Number.isNaN(reconciledAt) ? ['Argo CD has not looked at it yet'] : []),
    ...(Math.abs(at - reconciledAt) > longestSilenceMs ? [`Argo CD last looked at ${new Date(reconciledAt).toISOString()}`] : []),
    ...(reconciledAt < finishedAt ? ['the status is from before the end of the last sync'] : []),
    ...(same('source') && same('destination') ? [] : ['the status was compared with another source or destination than the spec names']),
    ...errorConditions(application).map((type) => `Argo CD says ${type}`),
  ];
};

const errorConditions = (application: Manifest): string[] =>
  asList(valueAt(application, 'status', 'conditions'))
    .map((condition) => textAt(condition, 'type'))
    .filter((type) => type.endsWith('Error'));

/** Why the last or the next sync keeps the Application from being at rest. */
const unfinishedSync = (application: Manifest): string | undefined => {
  if (valueAt(application, 'operation') !== undefined) return 'a sync is about to start';
  const phase = textAt(application, 'status', 'operationState', 'phase');
  if (phase === 'Running' || phase === 'Terminating') return `a sync is ${phase}`;
  const isOfThis = textAt(application, 'status', 'operationState', 'syncResult', 'revision') === textAt(application, 'status', 'sync', 'revision');
  return (phase === 'Failed' || phase === 'Error') && isOfThis ? `the sync of this revision ended with ${phase}` : undefined;
};

const saidByArgo = (application: Manifest): string[] => {
  const conditions = asList(valueAt(application, 'status', 'conditions')).map((condition) => textAt(condition, 'message'));
  const phase = textAt(application, 'status', 'operationState', 'phase');
  const operation = phase === 'Succeeded' ? [] : [textAt(application, 'status', 'operationState', 'message')];
  return [...conditions, ...operation, textAt(application, 'status', 'health', 'message')].filter((message) => message !== '');
};
