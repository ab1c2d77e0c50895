/** `npm run transcript`: runs the local control plane and writes what it printed into the README, between the two markers. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const readme = path.join(root, 'README.md');
const markers = ['<!-- transcript -->', '<!-- /transcript -->'] as const;
const maxLines = 10;

/** Runs one command of the engine; what a reader has to type is the first line. */
const show = (typed: string, args: readonly string[], keep: RegExp): string[] => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.mjs', 'local', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (status !== 0) throw new Error(`local ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .filter((line) => keep.test(line));
  return [`$ ${typed}`, ...lines.map((line) => line.replaceAll(root, '.').replace(/:\d{4,5}\b/g, ':<port>'))];
};

const settled = (): boolean => {
  const { stdout } = spawnSync(process.execPath, ['src/cli/main.mjs', 'local', 'status'], { cwd: root, encoding: 'utf8' });
  const [, synced, all] = /(\d+) of (\d+) Applications synced and healthy/.exec(stdout) ?? [];
  return synced !== undefined && synced === all;
};

const lines: string[] = [];
try {
  lines.push(...show('npm run local:up', ['up'], /runs on loopback|kubectl|git push|metrics/));
  const deadline = Date.now() + 300_000;
  while (!settled()) {
    if (Date.now() > deadline) throw new Error('the Applications did not settle in 300 s');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  lines.push(...show('npm run local -- status', ['status'], /^ready|of \d+ Applications/));
} finally {
  lines.push(...show('npm run local -- down', ['down'], /stopped/));
}
if (lines.length > maxLines) throw new Error(`the transcript has ${lines.length} lines, at most ${maxLines}`);
const text = readFileSync(readme, 'utf8');
const [start, end] = markers.map((marker) => text.indexOf(marker));
if (start === undefined || end === undefined || start < 0 || end < start) throw new Error('README.md has no transcript markers');
writeFileSync(readme, `${text.slice(0, start + markers[0].length)}\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n${text.slice(end)}`);
process.stdout.write(`${lines.join('\n')}\n`);
