import { setTimeout as wait } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, Watch } from '@kubernetes/client-node';
import { messageOf } from '#model/errors.ts';
import { isFields, textAt, valueAt } from '#util/manifest.ts';
import { type Pod, type PodSource, readPod } from './pod.ts';

export interface WatchedPods extends PodSource {
  /** Ends the watch; the pods stay as they were last seen. */
  readonly close: () => Promise<void>;
}

export interface WatchOptions {
  /** Path of a kubeconfig file; its current context is used. */
  readonly kubeconfig: string;
  /** Waiting times after failures, milliseconds: the first, and the longest that doubling leads to. */
  readonly backoffMs?: { readonly first: number; readonly longest: number };
  /** Gets one line per failure. */
  readonly log?: (line: string) => void;
}

const path = '/api/v1/pods';
const listTimeoutMs = 30_000;
/** Shorter than the 30 s after which the client gives a silent connection up, so that the server ends a quiet watch in good order. */
const watchSeconds = 25;
/** A watch that ends sooner than this without any event is taken for a failure, or the two would turn around each other. */
const shortestWatchMs = 1_000;

/** The client says no more than "fetch failed"; why is in the cause. */
const describeFailure = (failure: unknown): string =>
  failure instanceof Error && failure.cause instanceof Error ? `${failure.message} (${failure.cause.message})` : messageOf(failure);

/** Settles as `work` does, or fails as soon as the signal does, whatever becomes of `work`. */
const orAbort = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Replaces all pods with those of the API server; gives the version to watch from. */
const relist = async (config: KubeConfig, pods: Map<string, Pod>, stopped: AbortSignal): Promise<string> => {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(listTimeoutMs)]);
  const list = await orAbort(config.makeApiClient(CoreV1Api).listPodForAllNamespaces(), signal);
  pods.clear();
  for (const item of list.items) {
    const pod = readPod({ ...item });
    if (pod !== undefined) pods.set(pod.uid, pod);
  }
  return list.metadata?.resourceVersion ?? '';
};

/** Applies one event of the watch; gives the version that it leads to, if it tells one. Throws on an ERROR event, as on 410 Gone. */
const apply = (pods: Map<string, Pod>, type: string, object: unknown): string => {
  if (!isFields(object)) return '';
  if (type === 'ERROR') throw new Error(`the watch ended with ${valueAt(object, 'code') ?? 'an error'}: ${textAt(object, 'message')}`);
  const pod = readPod(object);
  if (type === 'DELETED') pods.delete(textAt(object, 'metadata', 'uid'));
  else if (type !== 'BOOKMARK' && pod !== undefined) pods.set(pod.uid, pod);
  return textAt(object, 'metadata', 'resourceVersion');
};

/** Watches once from the version; resolves to the version reached when the server ends it in good order. */
const watchOnce = async (config: KubeConfig, pods: Map<string, Pod>, from: string, stopped: AbortSignal): Promise<string> => {
  const ended = Promise.withResolvers<string>();
  const started = performance.now();
  let version = from;
  let over = false;
  const settle = (failure: unknown): void => {
    over = true;
    const tooShort = version === from && performance.now() - started < shortestWatchMs;
    if (failure) ended.reject(failure);
    else if (tooShort) ended.reject(new Error('the watch ended at once'));
    else ended.resolve(version);
  };
  const onEvent = (type: string, object: unknown): void => {
    if (over) return;
    try {
      version = apply(pods, type, object) || version;
    } catch (failure) {
      settle(failure); // thrown on, the client would take it for a line that is no JSON and go on
    }
  };
  const query = { resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: watchSeconds };
  const connected = new Watch(config).watch(path, query, onEvent, settle);
  try {
    connected.catch(settle);
    return await orAbort(ended.promise, stopped);
  } finally {
    over = true;
    connected.then((controller) => controller.abort()).catch(() => {}); // its failure is already told by `settle`
  }
};

/**
 * Keeps the pods of all namespaces up to date until it is closed: one list, then a watch from its version. After 410 Gone, a
 * broken connection or a failed list it waits (1 s, doubling up to 10 s unless told otherwise) and lists anew.
 * @throws Error when the kubeconfig can not be read.
 */
export const watchPods = ({ kubeconfig, backoffMs = { first: 1_000, longest: 10_000 }, log = () => {} }: WatchOptions): WatchedPods => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const pods = new Map<string, Pod>();
  const stop = new AbortController();
  let synced = false;
  let delayMs = backoffMs.first;
  const follow = async (): Promise<void> => {
    let version = await relist(config, pods, stop.signal);
    synced = true;
    while (!stop.signal.aborted) {
      version = await watchOnce(config, pods, version, stop.signal);
      delayMs = backoffMs.first;
    }
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const started = performance.now();
      const failure = await follow().catch((error: unknown) => error);
      if (stop.signal.aborted) return;
      if (performance.now() - started > backoffMs.longest) delayMs = backoffMs.first;
      log(`pods: ${describeFailure(failure)}; listing again in ${delayMs / 1000} s`);
      await wait(delayMs, undefined, { signal: stop.signal }).catch(() => {});
      delayMs = Math.min(delayMs * 2, backoffMs.longest);
    }
  };
  const running = run();
  return {
    pods: () => pods,
    synced: () => synced,
    close: () => {
      stop.abort(new Error('closed'));
      return running;
    },
  };
};
