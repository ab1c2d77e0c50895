import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createForwardProxy } from './forward-proxy.ts';
import { answerGit } from './git-http.ts';
import { followRepository, serveRepository, watchMain } from './served-repository.ts';

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Test', '-c', 'user.email=test@norvik.example', ...args], { encoding: 'utf8' }).trim();

describe('the served repository', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ranfleet-served-'));
  const source = path.join(scratch, 'source');
  const bare = path.join(scratch, 'git', 'ran', 'ranfleet.git');
  const trait = 'agents/_traits/canary-write/v1/strategy.yaml';

  beforeAll(() => {
    mkdirSync(path.join(source, path.dirname(trait)), { recursive: true });
    mkdirSync(path.dirname(bare), { recursive: true });
    writeFileSync(path.join(source, trait), '- pause: {duration: 3m}\n');
    writeFileSync(path.join(source, 'other.yaml'), 'duration: 3m\n');
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', source]);
    git(source, 'add', '--all');
    git(source, 'commit', '--quiet', '--message', 'first');
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('is the commit of the source where nothing is scaled', () => {
    expect(serveRepository(bare, source, 1)).toBe(git(source, 'rev-parse', 'HEAD'));
  });

  test('has one commit on top that changes durations of the traits and nothing else', () => {
    const served = serveRepository(bare, source, 20);
    expect(git(bare, 'rev-parse', `${served}^`)).toBe(git(source, 'rev-parse', 'HEAD'));
    expect(git(bare, 'diff', '--name-only', `${served}^`, served)).toBe(trait);
    expect(git(bare, 'show', `${served}:${trait}`)).toBe('- pause: {duration: 9s}');
    expect(git(source, 'status', '--porcelain')).toBe('');
  });

  test('is cloned and pushed to over HTTP by git itself, and tells of a push once', async () => {
    serveRepository(bare, source, 1);
    let pushes = 0;
    const follower = path.join(scratch, 'follower.git');
    expect(followRepository(follower, bare)).toBe(git(source, 'rev-parse', 'HEAD'));
    const watcher = watchMain(follower, () => void pushes++);
    const server = createServer(answerGit(path.join(scratch, 'git')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const clone = path.join(scratch, 'clone');
    const run = (...args: string[]): Promise<void> =>
      new Promise((resolve, reject) => {
        import('node:child_process').then(({ execFile }) => execFile('git', args, (error) => (error ? reject(error) : resolve())));
      });
    await run('clone', '--quiet', `http://127.0.0.1:${port}/ran/ranfleet.git`, clone);
    expect(readFileSync(path.join(clone, trait), 'utf8')).toBe('- pause: {duration: 3m}\n');
    writeFileSync(path.join(clone, 'new.yaml'), 'a: b\n');
    git(clone, 'add', '--all');
    git(clone, 'commit', '--quiet', '--message', 'second');
    await run('-C', clone, 'push', '--quiet', 'origin', 'HEAD:main');
    await expect.poll(() => pushes).toBe(1);
    expect(git(bare, 'show', 'main:new.yaml')).toBe('a: b');
    await run('-C', clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/another');
    expect(() => followRepository(path.join(scratch, 'other.git'), path.join(scratch, 'none.git'))).toThrow(/no control plane serves/);
    watcher.close();
    expect(pushes).toBe(1);
    await expect(run('clone', '--quiet', `http://127.0.0.1:${port}/ran/none.git`, path.join(scratch, 'none'))).rejects.toThrow(/not found/);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the forward proxy', () => {
  const ask = (proxy: number, url: string): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: proxy, path: url, agent: false }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, body }));
      }).on('error', reject);
    });

  test('answers for the names that it knows, and for no other', async () => {
    const target = createServer((incoming, outgoing) => outgoing.end(`asked ${incoming.url} of ${incoming.headers.host}`));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const proxy = createForwardProxy(new Map([['prometheus-k8s.monitoring.svc:9090', (target.address() as { port: number }).port]]));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as { port: number };
    expect(await ask(port, 'http://prometheus-k8s.monitoring.svc:9090/api/v1/query?query=up')).toMatchObject({
      status: 200,
      body: expect.stringContaining('/api/v1/query?query=up'),
    });
    expect(await ask(port, 'http://elsewhere.example/')).toMatchObject({ status: 502, body: expect.stringContaining('not served') });
    expect(await ask(port, '/no-proxy-request')).toMatchObject({ status: 502 });
    await Promise.all([target, proxy].map((server) => new Promise((resolve) => server.close(resolve))));
  });
});
