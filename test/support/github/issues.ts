import type { Call, Routes } from './double.ts';

interface StoredIssue {
  readonly number: number;
  readonly login: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly isPull: boolean;
  title: string;
  body: string;
  state: string;
}

const repo = '/repos/{owner}/{repo}';
const links = ['avatar_url', 'url', 'html_url', 'followers_url', 'subscriptions_url', 'organizations_url', 'repos_url', 'received_events_url'];
const templates = ['following_url', 'gists_url', 'starred_url', 'events_url'];

/** Issues of one repository. */
export class StoredIssues {
  readonly all: StoredIssue[] = [];
  readonly login = 'ranfleet-settings[bot]';

  add(title: string, body: string, { login = this.login, type = 'Bot', labels = ['ranfleet-nightly'] as readonly string[], isPull = false } = {}): StoredIssue {
    const made = { number: this.all.length + 1, login, type, labels, isPull, title, body, state: 'open' };
    this.all.push(made);
    return made;
  }

  get open(): StoredIssue[] {
    return this.all.filter(({ state }) => state === 'open');
  }

  routes(): Routes {
    return {
      [`get ${repo}/issues`]: (call) => {
        const label = call.url.searchParams.get('labels') ?? '';
        const found = this.all.filter(({ state, labels }) => state === call.url.searchParams.get('state') && labels.includes(label));
        return call.page(found, (items) => items.map((issue) => answer(call.sampleItem(), issue)));
      },
      [`post ${repo}/issues`]: (call) => {
        const { title, body, labels } = call.body as { title: string; body: string; labels: string[] };
        return { status: 201, content: answer(call.sample(201), this.add(title, body, { labels })) };
      },
      [`patch ${repo}/issues/{issue_number}`]: (call: Call) => {
        const issue = this.all.find(({ number }) => String(number) === call.operation.parameters['issue_number']);
        if (issue === undefined) return { status: 404, content: { message: 'Not Found' } };
        const { title = issue.title, body = issue.body, state = issue.state } = call.body as Partial<StoredIssue>;
        Object.assign(issue, { title, body, state });
        return { status: 200, content: answer(call.sample(200), issue) };
      },
    };
  }
}

const answer = (sample: Record<string, unknown>, { login, type, isPull, ...issue }: StoredIssue): unknown => {
  const uri = 'https://github.test/user';
  const user = {
    login,
    id: 1,
    type,
    site_admin: false,
    node_id: 'n',
    gravatar_id: null,
    ...Object.fromEntries([...links, ...templates].map((key) => [key, uri])),
  };
  const pull = { diff_url: uri, html_url: uri, patch_url: uri, url: uri };
  return { ...sample, ...issue, user, assignee: null, milestone: null, closed_at: null, ...(isPull ? { pull_request: pull } : {}) };
};
