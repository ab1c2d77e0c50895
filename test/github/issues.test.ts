import { beforeEach, describe, expect, test } from 'vitest';
import { openBoard } from '#adapters/github-issues.ts';
import type { IssueBoard } from '#model/issues.ts';
import { issuesFor, markerStart, syncIssues } from '#nightly/issues.ts';
import type { Remark } from '#nightly/remark.ts';
import type { GitHubDouble } from '../support/github/double.ts';
import { StoredIssues } from '../support/github/issues.ts';
import { quickPace, startedDouble } from '../support/github/started.ts';

let stored: StoredIssues;
let double: GitHubDouble;
let board: IssueBoard;

beforeEach(async () => {
  stored = new StoredIssues();
  const started = await startedDouble(stored.routes());
  double = started.double;
  const access = { apiUrl: started.apiUrl, token: 'secret', owner: 'norvik', repository: 'ran', pace: quickPace() };
  board = openBoard({ ...access, login: stored.login, markers: markerStart });
});

const remark = (agent: string | null, message = 'w3 lags'): Remark => ({ code: 'nightly.pin_behind', effect: 'warn', agent, message, solution: 'Look.' });
const sync = async (...remarks: Remark[]) => (await syncIssues(board, issuesFor(remarks))).map(({ action, title }) => `${action} ${title.split(':')[0]}`);
const open = () => stored.open.map(({ number, title }) => `${number} ${title.split(':')[0]}`);
const writes = () => double.requests.filter((r) => !r.startsWith('GET '));

describe('issues of the nightly look', () => {
  test('are one for each agent and one for the fleet', async () => {
    expect(await sync(remark('mro-optimizer'), remark(null), remark('mro-optimizer', 'w4 lags'))).toEqual(['opened fleet', 'opened mro-optimizer']);
    expect(stored.all.map(({ labels }) => labels)).toEqual([['ranfleet-nightly'], ['ranfleet-nightly']]);
    expect(stored.all[1]?.body).toContain('w3 lags');
    expect(stored.all[1]?.body).toContain('w4 lags');
  });

  test('are left alone while nothing changes', async () => {
    await sync(remark('mro-optimizer'), remark(null));
    const before = writes().length;
    expect(await sync(remark('mro-optimizer'), remark(null))).toEqual([]);
    expect(writes()).toHaveLength(before);
  });

  test('follow what is found, and are closed when nothing is', async () => {
    await sync(remark('mro-optimizer'), remark('anr-manager'));
    expect(await sync(remark('mro-optimizer', 'w5 lags'))).toEqual(['closed anr-manager', 'updated mro-optimizer']);
    expect(stored.open.map(({ body }) => body.includes('w5 lags'))).toEqual([true]);
    expect(await sync()).toEqual(['closed mro-optimizer']);
    expect(open()).toEqual([]);
    expect(await sync(remark('mro-optimizer'))).toEqual(['opened mro-optimizer']);
  });

  test('of somebody else are left alone, whatever they say', async () => {
    const [{ body } = { body: '' }] = issuesFor([remark('mro-optimizer')]);
    stored.add('forged', body, { login: 'mallory', type: 'User' });
    stored.add('another bot', body, { login: 'another[bot]' });
    stored.add('a pull request of ours', body, { isPull: true });
    stored.add('ours, by hand', 'no marker');
    stored.add('without the label', body, { labels: [] });
    expect(await sync(remark('mro-optimizer'))).toEqual(['opened mro-optimizer']);
    expect(await sync()).toEqual(['closed mro-optimizer']);
    expect(open()).toHaveLength(5);
  });

  test('that were opened twice become one, the older', async () => {
    const [{ title, body } = { title: '', body: '' }] = issuesFor([remark('mro-optimizer')]);
    stored.add(title, body);
    stored.add(title, body);
    expect(await sync(remark('mro-optimizer'))).toEqual(['closed mro-optimizer']);
    expect(open()).toEqual(['1 mro-optimizer']);
  });

  test('are found behind a hundred others', async () => {
    for (let i = 0; i < 120; i++) stored.add(`remark ${i}`, 'by hand');
    await sync(remark('mro-optimizer'));
    expect(await sync(remark('mro-optimizer'))).toEqual([]);
  });

  test('hold what a change wrote as text, and fit into a body', () => {
    const [issue] = issuesFor([
      remark('mro-optimizer', '@norvik/all <img src=x> **now** --> #12'),
      ...Array.from({ length: 2000 }, () => remark('mro-optimizer', 'x'.repeat(600))),
    ]);
    expect(issue?.body).not.toMatch(/@norvik|<img|\*\*now|--> #|#12/);
    expect(issue?.body.length).toBeLessThanOrEqual(65_536);
    expect(issue?.body.split('\n')[0]).toBe('<!-- ranfleet-nightly mro-optimizer -->');
  });

  const posting = /^POST .*\/issues$/;
  test.each([
    ['a lost answer', posting, { kind: 'reset', when: 'after' }],
    ['an issue that was not made', posting, { kind: 'reset', when: 'before' }],
    ['502', posting, { kind: 'status', status: 502 }],
    ['a page cut short', /^GET .*\/issues$/, { kind: 'truncate' }],
    ['429', posting, { kind: 'status', status: 429, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '2' } }],
  ] as const)('stand once after %s', async (_, fits, fault) => {
    double.fail(fits, fault);
    await sync(remark('mro-optimizer'), remark(null));
    expect(open()).toEqual(['1 fleet', '2 mro-optimizer']);
  });

  test.each([401, 403, 404, 410])('that can not be read (%i) are undecided, and nothing is opened', async (status) => {
    double.fail(/^GET .*\/issues$/, { kind: 'status', status });
    await expect(sync(remark('mro-optimizer'))).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided' });
    expect(stored.all).toEqual([]);
  });
});
