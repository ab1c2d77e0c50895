import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { repository } from '../support/policy-cases.ts';
import { leakIn } from './support/hostile-gate.ts';

const pin = 'agents/anr-manager/rings/w3/pin/kustomization.yaml';

let fleet: FleetClone;
let elsewhere: string;
beforeAll(() => {
  fleet = new FleetClone();
  elsewhere = mkdtempSync(path.join(tmpdir(), 'ranfleet-canary-'));
});
beforeEach(() => fleet.branch());
afterAll(() => {
  fleet.close();
  rmSync(elsewhere, { recursive: true, force: true });
});

/** Runs the engine of this checkout, the base, inside the tree of the pull request; killed when it hangs. */
const judge = (...args: string[]) => {
  const { status, signal, stdout, stderr } = spawnSync(
    path.join(repository, 'node_modules/.bin/node'),
    [path.join(repository, 'bin/ranfleet.mjs'), 'gate', '--base', 'main', ...args],
    {
      cwd: fleet.directory,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
      timeout: 60_000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 2 ** 20,
    },
  );
  return { status, signal, text: `${stdout}\n${stderr}` };
};

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

describe('nothing in the tree of a pull request runs', () => {
  test.each([[['--head', 'HEAD']], [[]]])('with %j: scripts, settings, hooks, filters and programs that would leave a canary', (args) => {
    const canary = path.join(elsewhere, `canary-${args.length}`);
    const program = `#!/bin/sh\ntouch ${canary}\n`;
    const script = `require('node:fs').writeFileSync(${JSON.stringify(canary)}, '');\n`;
    const scripts = Object.fromEntries(
      ['preinstall', 'install', 'postinstall', 'prepare', 'gate', 'pregate', 'test', 'check'].map((name) => [name, `touch ${canary}`]),
    );
    fleet.write('package.json', JSON.stringify({ name: 'evil', type: 'commonjs', scripts, imports: { '#*': './evil/*' } }));
    fleet.write('.npmrc', `node-options=--require ./evil.cjs\nscript-shell=./evil.sh\n`);
    fleet.write('.node-version', '0.1.0\n');
    fleet.write('evil.cjs', script);
    fleet.write('tsconfig.json', '{"compilerOptions": {"plugins": [{"name": "./evil.cjs"}]}}');
    fleet.write('vitest.config.ts', `import './evil.cjs';\n`);
    fleet.write('src/cli/main.mjs', `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(canary)}, '');\n`);
    fleet.write('bin/ranfleet.mjs', `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(canary)}, '');\n`);
    fleet.write('.gitattributes', '* filter=evil diff=evil merge=evil\n*.yaml export-subst\n');
    for (const name of ['node', 'npm', 'git', 'opa', 'kustomize'])
      for (const folder of ['node_modules/.bin', '.tools/bin', '.']) fleet.write(`${folder}/${name}`, program);
    fleet.write('evil.sh', program);
    for (const hook of ['post-checkout', 'pre-commit', 'post-index-change']) fleet.write(`.githooks/${hook}`, program);
    for (const file of ['node_modules/.bin/node', '.tools/bin/kustomize', '.tools/bin/opa', 'git', 'evil.sh', '.githooks/post-index-change'])
      spawnSync('chmod', ['+x', path.join(fleet.directory, file)]);
    fleet.replace(pin, '# The pin', '# This pin');
    spawnSync('git', ['-C', fleet.directory, 'add', '--all', '--force']);
    fleet.commit('A hostile pull request');
    const { signal, text } = judge(...args);
    expect(signal).toBeNull();
    expect(text).toMatch(/file\w* changed|GATE_/);
    expect([existsSync(canary), leakIn(text)]).toEqual([false, undefined]);
    spawnSync('sh', [path.join(fleet.directory, 'evil.sh')]);
    expect(existsSync(canary)).toBe(true);
  });
});

describe('a tree that is no plain tree of files', () => {
  test('H16: holds a file of 100 MB that is named as a resource: it is not read', () => {
    writeFileSync(path.join(fleet.directory, 'agents/anr-manager/config/1/big.yaml'), Buffer.alloc(100 * 2 ** 20, 0x61));
    fleet.replace('agents/anr-manager/config/1/kustomization.yaml', 'resources:\n', 'resources:\n  - big.yaml\n');
    const { status, text } = judge();
    expect([status, firstLine(text), leakIn(text)]).toEqual([4, 'GATE_LIMIT_EXCEEDED', undefined]);
    fleet.commit('As a commit');
    expect(judge('--head', 'HEAD').status).toBe(4);
  });

  test('H38: holds a submodule and a file .gitmodules', () => {
    fleet.git('update-index', '--add', '--cacheinfo', `160000,${'ab'.repeat(20)},agents/anr-manager/elsewhere`);
    fleet.write('.gitmodules', '[submodule "x"]\n\tpath = agents/anr-manager/elsewhere\n\turl = ../x\n');
    fleet.git('add', '.gitmodules');
    fleet.git('commit', '--quiet', '--message', 'A submodule');
    const { status, text } = judge('--head', 'HEAD');
    expect([status, text.includes('.gitmodules:1: has a name that git keeps for itself'), leakIn(text)]).toEqual([2, true, undefined]);
  });

  test('H39: holds a pipe, a socket and a link to a device where a manifest was: none is opened', async () => {
    const file = 'agents/anr-manager/config/1/placement.yaml';
    for (const make of [
      (at: string) => spawnSync('mkfifo', [at]),
      (at: string) =>
        new Promise((resolve) =>
          createServer()
            .listen(path.relative(process.cwd(), at), () => resolve(undefined))
            .unref(),
        ),
    ]) {
      rmSync(path.join(fleet.directory, file));
      await make(path.join(fleet.directory, file));
      const { status, signal, text } = judge();
      expect([status, signal, leakIn(text)]).toEqual([2, null, undefined]);
      expect(text).toContain('placement.yaml does not exist');
    }
    rmSync(path.join(fleet.directory, file), { force: true });
    symlinkSync('/dev/zero', path.join(fleet.directory, file));
    // The facts are read before the verdict on the link is told, and a link is no facts.
    expect(judge()).toMatchObject({ status: 2, signal: null, text: expect.stringContaining('placement.yaml') });
  });

  test('H37: has a folder that became a link to another one, outside', () => {
    const folder = 'agents/anr-manager/config/1';
    mkdirSync(path.join(elsewhere, 'config'), { recursive: true });
    writeFileSync(path.join(elsewhere, 'config/kustomization.yaml'), 'resources: [secret-canary.yaml]\n');
    rmSync(path.join(fleet.directory, folder), { recursive: true });
    symlinkSync(path.join(elsewhere, 'config'), path.join(fleet.directory, folder));
    const { status, text } = judge();
    expect([status, text.includes('secret-canary'), leakIn(text)]).toEqual([2, false, undefined]);
  });

  test('H40: holds a file name that is a command of a build log', () => {
    const blob = spawnSync('git', ['-C', fleet.directory, 'hash-object', '-w', '--stdin'], { input: 'a: b\n', encoding: 'utf8' }).stdout.trim();
    spawnSync('git', ['-C', fleet.directory, 'update-index', '--add', '--index-info'], {
      input: `100644 ${blob}\tdocs/a.yaml\n100644 ${blob}\t"docs/b\\n::error::owned.yaml"\n`,
    });
    fleet.git('commit', '--quiet', '--message', 'A name');
    const { status, text } = judge('--head', 'HEAD');
    expect([status, text.includes('docs/b<U+000A>::error::owned.yaml:1: has a name with other characters'), leakIn(text)]).toEqual([2, true, undefined]);
  });
});
