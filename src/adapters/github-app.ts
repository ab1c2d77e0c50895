import { type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { type Client, type ClientOptions, createClient, guarded } from './octokit.ts';

export interface AppAccess extends Omit<ClientOptions, 'token'> {
  /** Number or client id of the App. */
  readonly appId: string;
  /** Private key of the App, RSA. */
  readonly key: KeyObject;
  /** What the token may do, like `contents: write`; nothing else, whatever the App may. */
  readonly permissions: Readonly<Record<string, string>>;
}

export interface AppToken {
  readonly token: string;
  /** RFC 3339 instant. */
  readonly expiresAt: string;
  /** Makes the token worthless at once. */
  revoke(): Promise<void>;
}

/** GitHub takes ten minutes at most, and refuses what is issued in its future (docs.github.com, "Generating a JSON Web Token"). */
const lifeSeconds = 540;
const skewSeconds = 60;

const installed = z.object({ id: z.int() });
const minted = z.object({ token: z.string().min(1), expires_at: z.string(), permissions: z.record(z.string(), z.string()) });

/** A token of an App for one repository and for the named permissions. @throws GateError GATE_GITHUB when GitHub gives none, or another */
export const mintToken = (access: AppAccess, now: Date): Promise<AppToken> =>
  guarded(`token of App ${access.appId}`, async () => {
    const app = createClient({ ...access, token: appJwt(access, now) });
    const { data } = await app.request('GET /repos/{owner}/{repo}/installation', { owner: access.owner, repo: access.repository });
    const request = { installation_id: installed.parse(data).id, repositories: [access.repository], permissions: access.permissions };
    const answer = minted.parse((await app.request('POST /app/installations/{installation_id}/access_tokens', request)).data);
    const client = createClient({ ...access, token: answer.token });
    const token = { token: answer.token, expiresAt: answer.expires_at, revoke: () => revoke(client) };
    if (isAsAsked(access.permissions, answer.permissions)) return token;
    await token.revoke();
    throw new Error(`it may do ${JSON.stringify(answer.permissions)}, and ${JSON.stringify(access.permissions)} was asked for`);
  });

/** GitHub adds `metadata: read` to whatever is asked for. */
const isAsAsked = (asked: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>): boolean =>
  Object.entries(asked).every(([scope, level]) => given[scope] === level) && Object.keys(given).every((scope) => scope in asked || scope === 'metadata');

const revoke = (client: Client): Promise<void> =>
  guarded('end of a token', async () => {
    await client.request('DELETE /installation/token');
  });

/** RFC 7519 with RS256, which is what GitHub takes of an App. */
const appJwt = ({ appId, key }: Pick<AppAccess, 'appId' | 'key'>, now: Date): string => {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: seconds - skewSeconds, exp: seconds + lifeSeconds, iss: appId })}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
};
