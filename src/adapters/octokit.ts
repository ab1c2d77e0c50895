import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type Bottleneck from 'bottleneck';
import { z } from 'zod';
import { GateError, isGateError, messageOf } from '#model/errors.ts';

/** How one repository is reached. */
export interface ClientOptions {
  /** Base address of the REST interface, `https://api.github.com` on GitHub itself. */
  readonly apiUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  /** Told of every wait and retry. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Another pace than GitHub asks for: milliseconds that stand for one second of waiting, and the queues of writes. */
  readonly pace?: { readonly secondMs: number; readonly write: Bottleneck.Group; readonly notifications: Bottleneck.Group };
}

/** A wait longer than this is told instead of waited for: a job that hangs for an hour helps nobody. */
const longestWaitSeconds = 120;
/** So often one request is sent before its failure is told. */
export const attempts = 3;
/** Asked again, these answer the same. 429 is among them because only the throttle knows how long GitHub wants us to wait. */
const hopeless = [400, 401, 403, 404, 410, 422, 429, 451];

const RestClient = Octokit.plugin(retry, throttling);

export type Client = InstanceType<typeof RestClient>;

/** The repository that a call is about, as Octokit names its parts. */
export interface At {
  readonly owner: string;
  readonly repo: string;
}

/**
 * Lets no answer through that is not whole: Octokit takes a page whose end is missing for an empty one, and a list without its end would be
 * a list in which something is not there.
 */
const wholeAnswer = async (url: string, init: RequestInit): Promise<Response> => {
  const response = await fetch(url, init);
  if (response.status === 204 || response.status === 304) return response;
  const text = await response.text();
  if (response.ok) JSON.parse(text);
  // Octokit wants to know where an answer came from, and one that was made here does not say.
  return Object.defineProperty(new Response(text, { status: response.status, headers: response.headers }), 'url', { value: url });
};

/** GitHub's REST interface, with waits at rate limits and retries of what is safe to repeat. */
export const createClient = ({ apiUrl, token, onNote, pace }: Omit<ClientOptions, 'owner' | 'repository'>): Client => {
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
    request: { fetch: wholeAnswer },
    log: { debug: () => {}, info: () => {}, warn: (text) => onNote?.(text), error: () => {} },
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

/** Whether a write may have taken effect although its call failed. */
export const mayHaveHappened = (error: unknown): boolean => {
  const status = (error as { status?: number }).status;
  return status === undefined || status >= 500;
};
