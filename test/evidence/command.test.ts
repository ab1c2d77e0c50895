import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository } from '../support/policy-cases.ts';

const sha256 = 'a'.repeat(64);
const commit = 'b'.repeat(40);
const start = Date.now() - 60_000;
const timeAfter = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const genesis = {
  kind: 'genesis',
  chain: 'log',
  id: 'start',
  time: timeAfter(1),
  subject: [{ name: 'fleet', digest: { gitCommit: commit } }],
  predicate: { reason: 'first record' },
};
const promotion = {
  kind: 'promotion',
  chain: 'mro-optimizer/w3',
  id: 'mro-optimizer-w3-1.0.1',
  time: timeAfter(2),
  subject: [{ name: 'mro-optimizer 1.0.1', digest: { sha256 } }],
  predicate: {
    agent: 'mro-optimizer',
    ring: 'w3',
    release: '1.0.1',
    previousRelease: '1.0.0',
    pinCommit: commit,
    renderSha256: sha256,
    policySha256: sha256,
    decision: { outcome: 'allow', reasons: ['soaked'] },
    observations: [],
  },
};

describe('evidence from the command line', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-evidence-'));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(repository, 'src/cli/main.mjs'), ...args], { cwd: folder, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const record = (input: object) => {
    writeFileSync(path.join(folder, 'input.json'), JSON.stringify(input));
    return run('evidence', 'record', 'input.json', '--key', 'key.pem');
  };
  const promoted = path.join(folder, 'evidence/mro-optimizer/w3/00000001.json');

  beforeAll(() => {
    mkdirSync(path.join(folder, 'evidence'));
    const made = run('evidence', 'keygen', 'key.pem');
    expect(made.status, made.stderr).toBe(0);
    const keys = made.stdout
      .replace('CHANGE-ME', '"@norvik/release"')
      .replace(/kinds: .*/, 'kinds: [genesis, seal, promotion]')
      .replace(/validFrom: .*/, `validFrom: ${timeAfter(0)}`);
    writeFileSync(path.join(folder, 'evidence/keys.yaml'), keys);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('records, seals and verifies; the same record again changes nothing', () => {
    expect(record(genesis)).toMatchObject({ status: 0, stdout: expect.stringContaining('wrote evidence/log/00000001.json') });
    expect(record(promotion)).toMatchObject({ status: 0, stdout: expect.stringContaining('wrote evidence/mro-optimizer/w3/00000001.json') });
    const before = readFileSync(promoted);
    expect(record(promotion)).toMatchObject({ status: 0, stdout: expect.stringContaining('stands already') });
    expect(readFileSync(promoted)).toEqual(before);
    expect(run('evidence', 'seal', '--key', 'key.pem').status).toBe(0);
    const verified = run('verify');
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining('verified 3 records in 2 chains') });
    expect(verified.stdout).not.toContain('not sealed');
  });

  test('one changed byte is told with its file and line', () => {
    const text = readFileSync(promoted, 'utf8');
    writeFileSync(
      promoted,
      text.replace(/"payload":"(.)/, (_, first: string) => `"payload":"${first === 'e' ? 'f' : 'e'}`),
    );
    expect(run('verify')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('evidence/mro-optimizer/w3/00000001.json:1: does not match its signature'),
    });
    writeFileSync(promoted, text);
    expect(run('verify').status).toBe(0);
  });

  test('a sealed record that is gone is missed, and a head that is not there too', () => {
    const text = readFileSync(promoted);
    rmSync(promoted);
    expect(run('verify').status).toBe(1);
    writeFileSync(promoted, text);
    expect(run('verify', '--head', sha256).status).toBe(1);
  });

  test('nothing is written for a record that does not fit, or by a key that may not sign it', () => {
    expect(record({ ...promotion, id: 'other', chain: 'log' })).toMatchObject({ status: 2, stderr: expect.stringContaining('does not belong into log') });
    const merge = { ...promotion, kind: 'hold', id: 'hold-1', time: timeAfter(3) };
    expect(record(merge).status).not.toBe(0);
    expect(readdirSync(path.dirname(promoted))).toEqual(['00000001.json']);
  });
});
