import { messageOf } from '#model/errors.ts';
import { type PodView, readyPods, type StatefulView } from './partition.ts';

/** What the way back needs of the world. */
export interface RestorePorts {
  /** The StatefulSets now, in the order of `before`; none when they could not be read. */
  look(): Promise<readonly StatefulView[]>;
  /** Deletes one pod of the StatefulSet at this place of the list. */
  replacePod?(name: string, place: number): Promise<void>;
  now(): number;
  pause(milliseconds: number): Promise<void>;
  tell(message: string): void;
}

export interface RestoreTimes {
  readonly deadlineMs: number;
  readonly pollMs: number;
}

/**
 * Waits until every pod runs the revision from `before` again, and is Ready. Under OrderedReady the controller never replaces
 * an updated pod that is not ready (seen with Kubernetes 1.37.2; kubernetes issue 67250), so such pods are deleted where there
 * is a port for it: that takes no ready pod away. The metric and the quorum have no say, for nothing else is left to do.
 * Returns what was still missing at the deadline, or undefined.
 */
export const restore = async (before: readonly StatefulView[], ports: RestorePorts, times: RestoreTimes): Promise<string | undefined> => {
  const startedAt = ports.now();
  const replaced = new Set<string>();
  for (;;) {
    const views = await ports.look();
    const missing = firstUnrestored(views, before);
    if (missing === undefined || ports.now() - startedAt >= times.deadlineMs) return missing;
    if (views.length === before.length) await replaceStuck(views, before, replaced, ports);
    await ports.pause(times.pollMs);
  }
};

const replaceStuck = async (views: readonly StatefulView[], before: readonly StatefulView[], replaced: Set<string>, ports: RestorePorts): Promise<void> => {
  if (!ports.replacePod) return;
  for (const [place, view] of views.entries()) {
    for (const { name } of stuckPods(view, before[place])) {
      const key = `${place}/${name}`;
      if (replaced.has(key)) continue;
      try {
        await ports.replacePod(name, place);
        replaced.add(key);
      } catch (error) {
        ports.tell(`${name} could not be deleted: ${messageOf(error)}`);
      }
    }
  }
};

/** Pods of the given-up release that do not serve, in a StatefulSet that asks for the former one already. */
const stuckPods = (view: StatefulView, before: StatefulView | undefined): PodView[] => {
  const former = before?.updateRevision;
  return asksFor(view, former) ? view.pods.filter((p) => !p.ready && p.revision !== '' && p.revision !== former) : [];
};

const asksFor = (view: StatefulView, former: string | undefined): boolean =>
  view.observedGeneration >= view.generation && view.updateRevision === former && view.partition === 0;

const firstUnrestored = (views: readonly StatefulView[], before: readonly StatefulView[]): string | undefined => {
  if (views.length !== before.length) return `${views.length} of ${before.length} StatefulSets were seen`;
  return views.map((view, place) => unrestored(view, before[place]?.updateRevision)).find((missing) => missing !== undefined);
};

const unrestored = (view: StatefulView, former: string | undefined): string | undefined => {
  const name = view.name === undefined ? '' : `${view.name}: `;
  if (!asksFor(view, former)) return `${name}the StatefulSet does not ask for it yet`;
  const wrong = view.pods.filter((p) => p.revision !== former || !p.ready).map((p) => p.name);
  if (wrong.length > 0) return `${name}not restored: ${wrong.join(', ')}`;
  return readyPods(view) === view.replicas ? undefined : `${name}${readyPods(view)} of ${view.replicas} pods were seen ready`;
};
