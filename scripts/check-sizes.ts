/** House limits that keep the tree small enough to hold in the head; CONTRIBUTING.md gives them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const limits: readonly (readonly [pattern: RegExp, lines: number])[] = [
  [/^scripts\/.*\.ts$/, 60],
  [/^(src|test)\/.*\.ts$/, 250],
  [/^policies\/rules\/.*\.rego$/, 120],
  [/^(agents|apps)\/.*\.yaml$/, 150],
  [/^README\.md$/, 150],
];
const functionLines = 40;

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { maxBuffer: 64 * 2 ** 20 })
  .toString()
  .split('\0');

const tooLong = (file: string, text: string): string[] => {
  const limit = limits.find(([pattern]) => pattern.test(file))?.[1];
  const lines = text.split('\n').length - 1;
  return limit !== undefined && lines > limit ? [`${file}: ${lines} lines, at most ${limit}`] : [];
};

/** Top-level functions: the formatter puts their first line at column 0 and closes them with a brace at column 0. */
const longFunctions = (file: string, text: string): string[] => {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (!/^(export )?(const \w+ = .*=> \{|(async )?function )/.test(line)) return [];
    const length = lines.slice(at).findIndex((l) => /^\}/.test(l)) + 1;
    return length > functionLines ? [`${file}:${at + 1}: a function of ${length} lines, at most ${functionLines}`] : [];
  });
};

const problems = tracked.flatMap((file) => {
  if (!limits.some(([pattern]) => pattern.test(file))) return [];
  const text = readFileSync(file, 'utf8');
  const functions = /^src\/.*\.ts$/.test(file) && !file.endsWith('.test.ts') ? longFunctions(file, text) : [];
  return [...tooLong(file, text), ...functions];
});
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
