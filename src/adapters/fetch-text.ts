import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import { boundedText } from './bounded-text.ts';

const timeoutMs = 60_000;
const attempts = 3;

/** Whoever may ask GitHub for an identity token of a job (docs.github.com, "OpenID Connect reference"). */
export interface JobIdentity {
  readonly url: string;
  readonly token: string;
}

/**
 * A text over HTTPS, whole and at most so long. On the way to loopback HTTP will do; a redirect is followed nowhere, since it would take the
 * token along.
 * @throws GateError GATE_USAGE for an address that is none, GATE_FETCH (undecided) when no whole answer comes
 */
export const fetchText = async (address: string, { bearer, largest }: { readonly bearer: string | undefined; readonly largest: number }): Promise<string> => {
  const url = safeUrl(address);
  const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
      if (!response.ok) throw new Error(`answer ${response.status}`);
      return await boundedText(response, largest);
    } catch (error) {
      const problem = messageOf((error as { cause?: unknown }).cause ?? error);
      if (attempt >= attempts || /answer 4|more than/.test(problem))
        throw new GateError('GATE_FETCH', 'undecided', `${url.host}: ${problem}`, {
          hint: 'Look whether it is up, and whether this job may read there.',
          cause: error,
        });
    }
  }
};

/** An identity token of this job, which names repository, branch, workflow and environment, for one audience. */
export const identityToken = async ({ url, token }: JobIdentity, audience: string): Promise<string> => {
  const asked = new URL(url);
  asked.searchParams.set('audience', audience);
  const answer = z.object({ value: z.string().min(1) }).safeParse(JSON.parse(await fetchText(asked.href, { bearer: token, largest: 64 * 1024 })));
  if (answer.success) return answer.data.value;
  throw new GateError('GATE_FETCH', 'undecided', 'GitHub gave no identity token', { hint: 'The job needs `id-token: write`.' });
};

const safeUrl = (address: string): URL => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1')) return url;
  throw new GateError('GATE_USAGE', 'usage', `${address} is no address with https`, { hint: 'Write it like https://observer.norvik.example/log.' });
};
