import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type Bottleneck from 'bottleneck';
import { z } from 'zod';
import { GateError, isGateError, messageOf } from '#model/errors.ts';
import { type Fetch, type WireOptions, wholeAnswers } from './github-wire.ts';

/** How one repository is reached. */
export interface ClientOptions extends WireOptions {
  /** Base address of the REST interface, `https://api.github.com` on GitHub itself. */
  readonly apiUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  /** Told of every wait and retry. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Another pace than GitHub asks for: milliseconds that stand for one second of waiting, and the queues of requests. */
  readonly pace?: { readonly secondMs: number; readonly id?: string; readonly write: Bottleneck.Group; readonly notifications: Bottleneck.Group };
}

/** A wait longer than this is told instead of waited for: a job that hangs for an hour helps nobody. */
const longestWaitSeconds = 120;
/** So often one request is sent before its failure is told. */
export const attempts = 3;
/** Asked again, these answer the same. 429 is among them because only the throttle knows how long GitHub wants us to wait. */
const hopeless = [400, 401, 403, 404, 405, 410, 422, 429, 451];

const RestClient = Octokit.plugin(retry, throttling);
export type Client = InstanceType<typeof RestClient>;

/** The repository that a call is about, as Octokit names its parts. */
export interface At {
  readonly owner: string;
  readonly repo: string;
}

/** GitHub's REST interface, with waits at rate limits and retries of what is safe to repeat. */
export const createClient = ({ apiUrl, token, onNote, pace, ...wire }: Omit<ClientOptions, 'owner' | 'repository'>): Client => {
  const { secondMs = 1000, ...queues } = pace ?? {};
  const wait = (what: string) => (seconds: number, _request: unknown, _client: unknown, retries: number) => {
    const waits = seconds <= longestWaitSeconds && retries < attempts;
    onNote?.(`GitHub: ${what}; ${waits ? `again in ${seconds} s` : `would have to wait ${seconds} s`}`);
    return waits;
  };
  return new RestClient({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'ranfleet',
    log: { debug: () => {}, info: () => {}, warn: (text) => onNote?.(text), error: () => {} },
    request: { fetch: wholeAnswers(wire) satisfies Fetch },
    retry: { retries: attempts, retryAfterBaseValue: secondMs, doNotRetry: hopeless },
    throttle: { ...queues, retryAfterBaseValue: secondMs, onRateLimit: wait('rate limit'), onSecondaryRateLimit: wait('secondary rate limit') },
  });
};

/** Whatever goes wrong with GitHub is a fault that says what was tried. */
export const guarded = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (isGateError(error)) throw error;
    const problem = error instanceof z.ZodError ? `an answer has another shape: ${z.prettifyError(error)}` : messageOf(error);
    throw new GateError('GATE_GITHUB', 'undecided', `${what}: ${problem}`, {
      hint: 'Run the step again: what was done is brought up to date, never doubled. Look at the permissions of the token when it says 401, 403 or 404.',
      cause: error,
    });
  }
};

/** Status of an answer that is a failure; undefined for anything else that was thrown. */
export const statusOf = (error: unknown): number | undefined => (error as { status?: number } | undefined)?.status;

/** Whether a write may have taken effect although its call failed. */
export const mayHaveHappened = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || status >= 500;
};
