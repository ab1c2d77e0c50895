/** Paths that documents name must exist, and nothing may name a registry host or a path of one machine. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { maxBuffer: 64 * 2 ** 20 })
  .toString()
  .split('\0')
  .filter(existsSync);
const problems: string[] = [];

for (const file of tracked.filter((f) => f.endsWith('.md'))) {
  const text = readFileSync(file, 'utf8');
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((m) => m[1] ?? '').filter((l) => !/^[a-z]+:/.test(l));
  for (const link of links) if (!existsSync(path.join(path.dirname(file), link))) problems.push(`${file}: link to ${link}, which does not exist`);
  const named = [...text.matchAll(/`((?:src|docs|scripts|policies|tools|test|\.github)\/[\w./-]+)`/g)].map((m) => m[1] ?? '');
  for (const name of named) if (!existsSync(name.replace(/\/$/, ''))) problems.push(`${file}: names ${name}, which does not exist`);
}

const forbidden = new RegExp(['registry' + '\\.npmjs\\.org', 'proxy' + '\\.golang\\.org', '"resolved": *"https?:', '(^|[\\s"\'`(])/' + 'work/'].join('|'));
for (const file of tracked.filter((f) => /\.(md|json|ya?ml|ts|mjs|rego|mod|sum)$/.test(f))) {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((l) => forbidden.test(l));
  if (line >= 0) problems.push(`${file}:${line + 1}: names a registry host or a path of one machine`);
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
