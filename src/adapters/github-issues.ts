import { z } from 'zod';
import type { IssueBoard, IssueText, OpenIssue } from '#model/issues.ts';
import { findOrCreate } from './find-or-create.ts';
import { type ClientOptions, createClient, guarded } from './octokit.ts';

export interface BoardAccess extends ClientOptions {
  /** Account whose issues are ours: the bot of the App whose token this is. */
  readonly login: string;
  /** First characters of every marker of ours. */
  readonly markers: string;
}

const label = 'ranfleet-nightly';
const issues = z.array(
  z.object({
    number: z.int(),
    title: z.string(),
    body: z.string().nullish(),
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
    pull_request: z.unknown().optional(),
  }),
);
const made = z.object({ number: z.int() });

/** Issues of ours in one repository. Anybody can write a marker or set a label; only what our own account opened is ours. */
export const openBoard = (access: BoardAccess): IssueBoard => {
  const client = createClient(access);
  const at = { owner: access.owner, repo: access.repository };
  const ours = async (): Promise<OpenIssue[]> => {
    const found = issues.parse(await client.paginate('GET /repos/{owner}/{repo}/issues', { ...at, state: 'open', labels: label, per_page: 100 }));
    return found
      .filter(({ user, pull_request: pull }) => user?.login === access.login && user.type === 'Bot' && pull === undefined)
      .map(({ number, title, body }) => ({ number, title, body: body ?? '', marker: (body ?? '').split('\n')[0]?.trim() ?? '' }))
      .filter(({ marker }) => marker.startsWith(access.markers))
      .sort((a, b) => a.number - b.number);
  };
  return {
    open: () => guarded('open issues', ours),
    create: (issue) =>
      guarded(`issue ${issue.title}`, async () => {
        const find = async (): Promise<number | undefined> => (await ours()).find(({ marker }) => marker === issue.marker)?.number;
        const request = { retries: 0 };
        await findOrCreate(
          find,
          async () =>
            made.parse((await client.request('POST /repos/{owner}/{repo}/issues', { ...at, ...textOf(issue), labels: [label], request })).data).number,
        );
      }),
    update: (issue_number, issue) =>
      guarded(`issue ${issue_number}`, async () => {
        await client.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...at, issue_number, ...textOf(issue) });
      }),
    close: (issue_number) =>
      guarded(`issue ${issue_number}`, async () => {
        await client.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...at, issue_number, state: 'closed', state_reason: 'completed' });
      }),
  };
};

const textOf = ({ title, body }: IssueText) => ({ title, body });
