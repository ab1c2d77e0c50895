import { gzipSync } from 'node:zlib';
import Bottleneck from 'bottleneck';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGitHub } from '#adapters/github.ts';
import { type PublishRequest, publishReport } from '#github/publish.ts';
import type { Annotation, GitHub } from '#model/github.ts';
import { GitHubDouble } from '../support/github/double.ts';
import { report } from '../support/reports.ts';

/** The queues of Octokit leave one and three seconds between writes. */
const pace = { secondMs: 5, write: new Bottleneck.Group({ maxConcurrent: 1 }), notifications: new Bottleneck.Group({ maxConcurrent: 1 }) };

let double: GitHubDouble;
let github: GitHub;
let notes: string[];

beforeEach(async () => {
  double = new GitHubDouble();
  notes = [];
  const apiUrl = await double.start();
  github = openGitHub({ apiUrl, token: 'secret', owner: 'norvik', repository: 'ran', login: double.login, onNote: (n) => notes.push(n), pace });
});

afterEach(async () => {
  await double.stop();
  expect(double.violations).toEqual([]);
});

const annotation = (i: number): Annotation => ({
  path: 'agents/mro-optimizer/agent.yaml',
  start_line: i + 1,
  end_line: i + 1,
  annotation_level: 'failure',
  title: 'Images are pinned by digest',
  message: `finding ${i}`,
});

const marker = '<!-- ranfleet-gate -->';

const request = (changes: Partial<PublishRequest> = {}, annotations = 0): PublishRequest => ({
  report: report({ head: double.pull.head.slice(0, 12) }),
  check: {
    conclusion: 'failure',
    title: 'DENY: 1 violation',
    summary: 'What is wrong.',
    text: 'All of it.',
    annotations: Array.from({ length: annotations }, (_, i) => annotation(i)),
  },
  comment: { marker, body: `${marker}\nDENY` },
  pull: double.pull.number,
  headSha: double.pull.head,
  judgedSha: double.pull.head,
  ...changes,
});

const told = () => double.runs.map((r) => r.annotations.map((a) => (a as { message: string }).message));
const all = (n: number) => Array.from({ length: n }, (_, i) => `finding ${i}`);
const creating = /^POST .*\/check-runs$/;
const updating = /^PATCH .*\/check-runs\//;
const commenting = /^POST .*\/comments$/;

describe('a verdict on GitHub', () => {
  test('is one completed check run and one comment', async () => {
    expect(await publishReport(github, request({}, 3))).toEqual({ check: 'created', comment: 'created', sarif: 'skipped', stale: '' });
    expect(double.runs.map((r) => r.fields)).toMatchObject([{ name: 'gate/verdict', head_sha: double.pull.head, status: 'completed', conclusion: 'failure' }]);
    expect(told()).toEqual([all(3)]);
    expect(double.comments.map((c) => c.body)).toEqual([`${marker}\nDENY`]);
  });

  test('carries every annotation, fifty to a request', async () => {
    await publishReport(github, request({}, 120));
    expect(told()).toEqual([all(120)]);
    expect(double.requests.filter((r) => updating.test(r))).toHaveLength(4);
  });

  test('of a second run over the same input changes nothing but the comment', async () => {
    await publishReport(github, request({}, 60));
    expect(await publishReport(github, request({}, 60))).toEqual({ check: 'updated', comment: 'updated', sarif: 'skipped', stale: '' });
    expect(told()).toEqual([all(60)]);
    expect(double.comments).toHaveLength(1);
  });

  test('hands its findings to code scanning', async () => {
    const sarif = gzipSync('{"version":"2.1.0"}').toString('base64');
    expect(await publishReport(github, request({ sarif }))).toMatchObject({ sarif: 'uploaded' });
    expect(double.scans).toEqual([{ commit: double.pull.head, sarif: '{"version":"2.1.0"}' }]);
  });

  test('over other rules is another check run', async () => {
    await publishReport(github, request());
    const other = report({ head: double.pull.head.slice(0, 12) });
    await publishReport(github, request({ report: { ...other, evidence: { ...other.evidence, policyBundles: ['cd'] } } }));
    expect(double.runs).toHaveLength(2);
  });

  test('finds its comment behind a hundred others, and leaves a forged marker alone', async () => {
    double.someoneWrites(`${marker}\nALLOW: all is well`);
    double.someoneWrites(`${marker}\nALLOW`, 'Bot', 'another[bot]');
    for (let i = 0; i < 105; i++) double.someoneWrites(`remark ${i}`);
    await publishReport(github, request());
    await publishReport(github, request({ comment: { marker, body: `${marker}\nALLOW` } }));
    expect(double.comments.filter((c) => c.login === double.login).map((c) => c.body)).toEqual([`${marker}\nALLOW`]);
    expect(double.comments[0]?.body).toBe(`${marker}\nALLOW: all is well`);
  });
});

test('a list of check runs that is cut short is no empty list', async () => {
  await publishReport(github, request({}, 3));
  double.fail(/^GET .*\/check-runs$/, { kind: 'truncate' });
  await publishReport(github, request({}, 3));
  expect(told()).toEqual([all(3)]);
});

describe('a verdict that came too late', () => {
  test('stands at the commit it is about, and says nothing about the pull request', async () => {
    const late = request();
    double.pull.head = 'd'.repeat(40);
    const result = await publishReport(github, late);
    expect(result).toMatchObject({ check: 'created', comment: 'skipped', stale: expect.stringContaining('dddd') });
    expect(double.comments).toEqual([]);
  });

  test('is told when the base moved under the trial merge', async () => {
    const judgedSha = double.pull.merge ?? '';
    double.pull.merge = 'e'.repeat(40);
    const result = await publishReport(github, request({ judgedSha, report: report({ head: judgedSha.slice(0, 12) }) }));
    expect(result.stale).toContain('eeee');
  });

  test('of another commit is refused', async () => {
    await expect(publishReport(github, request({ judgedSha: 'f'.repeat(40) }))).rejects.toMatchObject({ code: 'GATE_REPORT_MISMATCH', fault: 'usage' });
    expect(double.requests).toEqual([]);
  });
});

describe('when GitHub fails', () => {
  const server = { kind: 'status', status: 502 } as const;

  test.each([
    ['before a check run is made', creating, { kind: 'reset', when: 'before' }],
    ['after a check run is made, and the answer is lost', creating, { kind: 'reset', when: 'after' }],
    ['with 502 while a check run is made', creating, server],
    ['before annotations are taken', updating, { kind: 'reset', when: 'before' }],
    ['after annotations are taken, and the answer is lost', updating, { kind: 'reset', when: 'after' }],
    ['after a comment is made, and the answer is lost', commenting, { kind: 'reset', when: 'after' }],
    ['with 502 while a comment is made', commenting, server],
    ['with a page of comments that is cut short', /^GET .*\/comments$/, { kind: 'truncate' }],
    ['with 503 while the pull request is read', /^GET .*\/pulls\//, { kind: 'status', status: 503 }],
    ['with 409 while the pull request is read', /^GET .*\/pulls\//, { kind: 'status', status: 409 }],
  ] as const)('%s, everything stands once in the end', async (_, fits, fault) => {
    double.fail(fits, fault);
    await publishReport(github, request({}, 70));
    expect(told()).toEqual([all(70)]);
    expect(double.comments).toHaveLength(1);
  });

  test('at a rate limit, it waits as long as GitHub says, and goes on', async () => {
    double.fail(/^GET .*\/check-runs/, { kind: 'status', status: 429, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '7' } });
    await publishReport(github, request());
    expect(notes).toContain('GitHub: secondary rate limit; again in 7 s');
    expect(double.runs).toHaveLength(1);
  });

  test('at a rate limit of an hour, it says so and ends undecided', async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 3600);
    double.fail(/^GET .*\/check-runs/, { kind: 'status', status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } });
    await expect(publishReport(github, request())).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided' });
    expect(notes.join()).toMatch(/would have to wait 36\d\d s/);
    expect(double.runs).toEqual([]);
  });

  test.each([401, 403, 404, 422])('with %i, it is undecided at once', async (status) => {
    double.fail(/^GET .*\/check-runs/, { kind: 'status', status });
    await expect(publishReport(github, request())).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided' });
    expect(double.requests).toHaveLength(1);
  });

  test('for good, it is undecided, and a later run completes what stands', async () => {
    double.fail(updating, ...Array.from({ length: 3 }, () => server));
    await expect(publishReport(github, request({}, 70))).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided' });
    expect(double.runs[0]?.fields['conclusion']).toBeUndefined();
    await publishReport(github, request({}, 70));
    expect(told()).toEqual([all(70)]);
    expect(double.runs[0]?.fields).toMatchObject({ conclusion: 'failure' });
  });
});
