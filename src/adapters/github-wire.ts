export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Answers that may be asked for again with "only if it has changed", by address. */
export type KnownAnswers = Map<string, { readonly etag: string; readonly text: string; readonly headers: Headers }>;

export interface WireOptions {
  /** How requests are sent; Node's own fetch unless told otherwise. */
  readonly fetch?: Fetch | undefined;
  /** Keeps what was read, so that what has not changed costs nothing of the rate limit (GitHub, "Best practices for using the REST API"). */
  readonly known?: KnownAnswers | undefined;
  /** Told of every answer that counts, with the requests that the rate limit leaves; undefined where GitHub does not say. */
  readonly onCounted?: ((remaining: number | undefined) => void) | undefined;
}

/** Nobody waits longer for one answer, milliseconds. */
const longestAnswerMs = 60_000;
const mostKnown = 500;

/**
 * Sends requests and lets no answer through that is not whole: Octokit takes a page whose end is missing for an empty one, and a list
 * without its end would be a list in which something is not there.
 */
export const wholeAnswers = ({ fetch = globalThis.fetch, known, onCounted }: WireOptions): Fetch => {
  return async (url, init) => {
    const kept = init.method === undefined || init.method === 'GET' ? known : undefined;
    const before = kept?.get(url);
    const headers = new Headers(init.headers);
    if (before) headers.set('if-none-match', before.etag);
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(longestAnswerMs) });
    if (response.status === 304 && before) return answer(url, 200, before.text, before.headers);
    onCounted?.(countIn(response.headers.get('x-ratelimit-remaining')));
    if (response.status === 204 || response.status === 304) return response;
    const text = await response.text();
    if (response.ok) JSON.parse(text);
    if (response.ok) keep(kept, url, text, response.headers);
    return answer(url, response.status, text, response.headers);
  };
};

const keep = (kept: KnownAnswers | undefined, url: string, text: string, headers: Headers): void => {
  const etag = headers.get('etag');
  if (etag === null || kept === undefined) return;
  if (kept.size >= mostKnown) kept.clear();
  kept.set(url, { etag, text, headers });
};

/** Octokit wants to know where an answer came from, and one that was made here does not say. */
const answer = (url: string, status: number, text: string, headers: Headers): Response =>
  Object.defineProperty(new Response(text, { status, headers }), 'url', { value: url });

const countIn = (header: string | null): number | undefined => (header !== null && /^\d+$/.test(header) ? Number(header) : undefined);
