// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are GitHub's expressions, not ours.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isWorkflowFile, lintWorkflow } from './lint.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const sha = '11bd71901bbe5b1630ceea73d27597364c9af683';
const digest = `sha256:${'0'.repeat(64)}`;

interface Parts {
  on?: string;
  permissions?: string;
  job?: string;
  runsOn?: string;
  steps?: string;
}

/** A workflow without fault, and one part of it replaced. */
const workflow = ({ on = '[pull_request]', permissions = '{}', job = '', runsOn = 'ubuntu-24.04', steps = '      - run: npm run gate' }: Parts = {}): string =>
  [`on: ${on}`, `permissions: ${permissions}`, 'jobs:', '  judge:', `    runs-on: ${runsOn}`, ...(job === '' ? [] : [job]), '    steps:', steps, ''].join('\n');

const step = (text: string): Parts => ({ steps: `      - ${text}` });
const file = '.github/workflows/gate.yml';
const told = (text: string) => lintWorkflow(file, text).map((f) => `${f.code.slice('workflow.'.length)}:${f.line}`);

describe('a workflow without fault', () => {
  test.each([
    ['the smallest one', {}],
    [
      'each allowed event',
      {
        on: '{ pull_request: , merge_group: , push: { branches: [main] }, schedule: [{ cron: "5 4 * * *" }], workflow_dispatch: , repository_dispatch: { types: [a] } }',
      },
    ],
    ['a pinned checkout without credentials', step(`uses: actions/checkout@${sha}\n        with: { persist-credentials: false }`)],
    ['an action of the repository', step('uses: ./.github/actions/prepare')],
    ['an image by digest', step(`uses: docker://alpine@${digest}`)],
    ['an expression in env', step('run: echo "$TITLE"\n        env: { TITLE: "${{ github.event.pull_request.title }}" }')],
    ['a cache in a job that only reads', step(`uses: actions/setup-node@${sha}\n        with: { cache: npm }`)],
    [
      'a set-up without a cache in a job that writes',
      { job: '    permissions: { checks: write }', ...step(`uses: actions/setup-go@${sha}\n        with: { cache: false }`) },
    ],
    ['the id of the actor', step('if: github.actor_id == 1\n        run: a')],
    ['one whole expression as condition', step("if: ${{ github.ref == 'refs/heads/main' }}\n        run: a")],
    ['a tool of the lock file', step('run: npm ci && npm run gate')],
  ] as const)('%s: nothing is found', (_, parts) => {
    expect(told(workflow(parts))).toEqual([]);
  });

  test.each(readdirSync(path.join(repository, '.github/workflows')))('ours: %s', (name) => {
    const own = `.github/workflows/${name}`;
    expect(lintWorkflow(own, readFileSync(path.join(repository, own), 'utf8'))).toEqual([]);
  });
});

describe('a fault is found, with its line', () => {
  test.each([
    ['pull_request_target', { on: '[pull_request_target]' }, 'dangerous_trigger:1'],
    ['workflow_run', { on: '{ workflow_run: { workflows: [a] } }' }, 'dangerous_trigger:1'],
    [
      'what a caller dispatched in a script',
      { on: 'repository_dispatch', ...step('run: echo "${{ github.event.client_payload.agent }}"') },
      'template_injection:7',
    ],
    ['issue_comment', { on: 'issue_comment' }, 'dangerous_trigger:1'],
    ['no event', { on: '' }, 'dangerous_trigger:1'],
    ['write-all', { permissions: 'write-all' }, 'excessive_permissions:2'],
    ['read-all', { permissions: 'read-all' }, 'excessive_permissions:2'],
    ['a scope for every job', { permissions: '{ contents: write }' }, 'excessive_permissions:2'],
    ['write-all in a job', { job: '    permissions: write-all' }, 'excessive_permissions:6'],
    ['an action by tag', step('uses: actions/setup-node@v4'), 'unpinned:7'],
    ['an action by short id', step('uses: actions/setup-node@11bd719'), 'unpinned:7'],
    ['an action of somebody else', step(`uses: tj-actions/changed-files@${sha}`), 'unpinned:7'],
    ['an action out of the checked-out tree', step('uses: ./subject/action'), 'unpinned:7'],
    ['an image by tag', step('uses: docker://alpine:3'), 'unpinned:7'],
    ['a container by tag', { job: '    container: node:24' }, 'unpinned:6'],
    ['a service by tag', { job: '    services: { db: { image: "postgres:17" } }' }, 'unpinned:6'],
    ['npx', step('run: npx some-tool'), 'unpinned:7'],
    ['a script from the network', step('run: curl -s https://x.example/i.sh | sudo bash'), 'unpinned:7'],
    ['a package without a lock', step('run: pip install yamllint'), 'unpinned:7'],
    ['go install of the newest', step('run: go install x.example/t@latest'), 'unpinned:7'],
    ['a checkout that keeps its token', step(`uses: actions/checkout@${sha}`), 'kept_credentials:7'],
    ['a checkout that says so', step(`uses: actions/checkout@${sha}\n        with: { persist-credentials: true }`), 'kept_credentials:7'],
    ['a title in a script', step('run: echo "${{ github.event.pull_request.title }}"'), 'template_injection:7'],
    ['a branch name in a script of many lines', step('run: |\n          set -e\n          git switch ${{ github.head_ref }}'), 'template_injection:7'],
    [
      'an expression in github-script',
      step(`uses: actions/github-script@${sha}\n        with:\n          script: "f('\${{ github.head_ref }}')"`),
      'template_injection:9',
    ],
    ['GITHUB_ENV', step('run: echo A=1 >> "$GITHUB_ENV"'), 'environment_file:7'],
    ['GITHUB_PATH', step('run: echo . >> $GITHUB_PATH'), 'environment_file:7'],
    ['inherited secrets', { job: '    secrets: inherit' }, 'secrets_inherited:6'],
    ['all secrets as text', step('run: a\n        env: { ALL: "${{ toJSON(secrets) }}" }'), 'secrets_inherited:8'],
    ['a cache in a job that writes', { job: '    permissions: { contents: write }', ...step(`uses: actions/cache@${sha}`) }, 'cache_poisoning:8'],
    ['the cache that setup-go has unasked', { job: '    permissions: { id-token: write }', ...step(`uses: actions/setup-go@${sha}`) }, 'cache_poisoning:8'],
    ['trust in the actor', step("if: github.actor == 'dependabot[bot]'\n        run: a"), 'actor_condition:7'],
    ['trust in the Actor', step('run: a\n        env: { A: "${{ GitHub.Triggering_Actor }}" }'), 'actor_condition:8'],
    ['a condition with text around it', step("if: ${{ github.ref == 'a' }} && true\n        run: a"), 'unsound_condition:7'],
    ['contains on one text', step("if: contains('refs/heads/main', github.ref)\n        run: a"), 'unsound_condition:7'],
    ['a failure that does not count', step('run: a\n        continue-on-error: true'), 'unsound_condition:8'],
    ['a machine of ours', { runsOn: '[self-hosted, linux]' }, 'self_hosted_runner:5'],
    ['a machine without version', { runsOn: 'ubuntu-latest' }, 'self_hosted_runner:5'],
    ['a machine that a matrix names', { runsOn: '"${{ matrix.os }}"' }, 'self_hosted_runner:5'],
    ['old commands', step('run: echo "::set-output name=a::b"'), 'insecure_command:7'],
    ['old commands allowed', step('run: a\n        env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: "true" }'), 'insecure_command:8'],
  ] as const)('%s', (_, parts, expected) => {
    expect(told(workflow(parts))).toEqual([expected]);
  });

  test('a verdict that is skipped when a job before it fails', () => {
    const text = `${workflow()}  verdict:\n    needs: [judge]\n    runs-on: ubuntu-24.04\n    steps:\n      - run: a\n`;
    expect(told(text)).toEqual(['unsound_condition:8']);
    expect(told(text.replace('needs: [judge]', 'needs: [judge]\n    if: always()'))).toEqual([]);
  });

  test.each(['', 'just text', '- a', 'on: [push]\npermissions: {}\n', 'on: [push\n'])('a file that is no workflow: %j', (text) => {
    expect(lintWorkflow(file, text)).toMatchObject([{ code: 'workflow.unreadable', effect: 'deny' }]);
  });
});

test('workflows and composite actions are looked at, and nothing else', () => {
  const paths = ['.github/workflows/a.yml', '.github/workflows/a.yaml', '.github/actions/b/action.yml', '.github/CODEOWNERS', 'a/.github/workflows/c.yml'];
  expect(paths.filter(isWorkflowFile)).toEqual(paths.slice(0, 3));
});
