import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { GateError } from '#model/errors.ts';
import type { Evaluator, PolicyBundle } from '#model/evaluator.ts';
import type { PolicyInput, PolicyResult, PolicyVerdict } from '#model/policy.ts';
import { isFields, textAt } from '#util/manifest.ts';

export interface EvaluatorLimits {
  /** Longest time for one input, milliseconds. */
  readonly timeoutMs: number;
  /** Largest wasm memory, pages of 64 KiB. */
  readonly memoryPages: number;
  /** Longest time for loading the bundle, milliseconds. */
  readonly loadMs?: number;
}

const loadMs = 20_000;

export const evaluatorLimits: EvaluatorLimits = { timeoutMs: 20_000, memoryPages: 8192 };

interface Reply {
  readonly ready?: boolean;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

const failed = (message: string): GateError =>
  new GateError('GATE_POLICY_FAILED', 'undecided', `the policies could not be evaluated: ${message}`, { hint: 'Run `npm run test:policies`.' });

const isResult = (value: unknown): value is PolicyResult =>
  typeof value === 'object' && value !== null && 'code' in value && 'object' in value && 'path' in value && 'args' in value;

/** A path that is no list comes from an input that breaks the contract; the finding still stands, about the whole object. */
const withPath = (result: PolicyResult): PolicyResult => (Array.isArray(result.path) ? result : { ...result, path: [] });

/** An undefined decision is an empty list in this package, and a missing key is no verdict: both are faults, never a pass. */
const verdictOf = (result: unknown, expected: readonly string[]): PolicyVerdict => {
  const value: unknown = Array.isArray(result) && result.length === 1 ? (result[0] as { result?: unknown }).result : undefined;
  const { deny, undecided, rules } = (value ?? {}) as Partial<PolicyVerdict>;
  if (!Array.isArray(deny) || !Array.isArray(undecided) || !Array.isArray(rules)) throw failed('the bundle gave no verdict');
  if (![...deny, ...undecided].every(isResult)) throw failed('a rule returned something that is not a result');
  const missing = expected.filter((code) => !rules.includes(code));
  if (missing.length > 0 || rules.length === 0) throw failed(`rules did not run: ${missing.join(', ') || 'none were found'}`);
  return { deny: deny.map(withPath), undecided: undecided.map(withPath), rules };
};

/** A thread has a compile cache of its own, to be turned on before its program is loaded (measured: half of its 0.2 s start). */
const workerStart = (): string => {
  const kept = getCompileCacheDir();
  const enable = kept === undefined ? '' : `require('node:module').enableCompileCache(${JSON.stringify(path.dirname(kept))});`;
  return `${enable}import(${JSON.stringify(new URL('./policy-worker.ts', import.meta.url).href)})`;
};

/** Evaluates in a worker thread, which is killed when an input takes too long. Its standard output is not ours. */
export const createEvaluator = async (bundle: PolicyBundle, data: unknown, limits: EvaluatorLimits = evaluatorLimits): Promise<Evaluator> => {
  if (bundle.rules.length === 0) throw failed('the bundle has no rules');
  const expected = bundle.rules.map((r) => r.code);
  const waiting = new Map<number, Waiting>();
  const worker = new Worker(workerStart(), {
    eval: true,
    workerData: { wasm: bundle.wasm, data, memoryPages: limits.memoryPages },
    stdout: true,
    stderr: true,
  });
  const ready = listen(worker, waiting);
  try {
    await within(ready, limits.loadMs ?? loadMs);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  worker.unref();
  let next = 0;
  return {
    evaluate: async (input) => {
      // The package takes a falsy input for none at all, and judges without one.
      if (!isFields(input)) throw failed('an input is no object');
      return verdictOf(await ask(worker, waiting, next++, input, limits), expected);
    },
    close: async () => void (await worker.terminate()),
  };
};

/** A bundle may loop while it is loaded, as well as later. */
const within = async (ready: Promise<void>, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new GateError('GATE_LIMIT_EXCEEDED', 'limit', `loading the policies took more than ${timeoutMs / 1000} s`, { hint: 'Run `npm run test:policies`.' }),
      );
    }, timeoutMs);
  });
  try {
    await Promise.race([ready, deadline]);
  } finally {
    clearTimeout(timer);
  }
};

/** Hands replies to those who wait; resolves once the bundle is loaded, and fails everybody when the worker ends. */
const listen = (worker: Worker, waiting: Map<number, Waiting>): Promise<void> => {
  const failAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  return new Promise<void>((resolve, reject) => {
    worker.on('message', ({ ready: isReady, id, result, error }: Reply) => {
      if (isReady !== undefined) return isReady ? resolve() : reject(failed(error ?? 'no reason given'));
      const waiter = waiting.get(id ?? -1);
      waiting.delete(id ?? -1);
      if (error !== undefined) waiter?.reject(failed(error));
      else waiter?.resolve(result);
    });
    worker.on('error', (error: Error) => {
      failAll(failed(error.message));
      reject(failed(error.message));
    });
    worker.on('exit', () => {
      failAll(failed('the evaluation was stopped'));
      reject(failed('the evaluation was stopped'));
    });
  });
};

const subjectOf = (input: PolicyInput): string => textAt(input, 'root', 'path') || 'the change as a whole';

const ask = (worker: Worker, waiting: Map<number, Waiting>, id: number, input: PolicyInput, { timeoutMs }: EvaluatorLimits): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const subject = subjectOf(input);
    const timer = setTimeout(() => {
      waiting.delete(id);
      void worker.terminate();
      reject(new GateError('GATE_LIMIT_EXCEEDED', 'limit', `judging ${subject} took more than ${timeoutMs / 1000} s`, { hint: 'Make the root smaller.' }));
    }, timeoutMs);
    const settle =
      <T>(then: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        then(value);
      };
    waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
    worker.postMessage({ id, input });
  });
