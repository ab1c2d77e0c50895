import type { Finding } from '#model/finding.ts';
import type { Snapshot } from '#model/ports.ts';
import { fileFinding } from '#util/file-finding.ts';
import { areas } from './areas.ts';
import { guardRules } from './rules.ts';

const file = '.github/CODEOWNERS';

/** GitHub ignores a larger file as a whole (docs: "CODEOWNERS files must be under 3 MB"). */
const largestBytes = 3 * 1024 * 1024;

interface Line {
  readonly number: number;
  readonly pattern: string;
  readonly owners: readonly string[];
}

/** What is wrong with the owners of everything that judges. Pure. */
export const ownerProblems = (snapshot: Snapshot): Finding[] => {
  const problem = (line: number, message: string): Finding => fileFinding({ rule: guardRules.owners, source: 'guard', file, line, message });
  if (snapshot.files.get(file)?.type !== 'file') return [problem(1, 'does not exist')];
  const text = snapshot.read(file);
  if (text.length >= largestBytes) return [problem(1, 'has 3 MB or more, so that GitHub ignores it')];
  const lines = linesOf(text.toString());
  if (lines.length === 0) return [problem(1, 'names no owner')];
  return [
    ...lines.flatMap(({ number, pattern, owners }) => [
      ...(/[![\]]/.test(pattern) ? [problem(number, `has the pattern ${pattern}, which GitHub skips`)] : []),
      ...owners.filter((o) => !isOwner(o)).map((o) => problem(number, `names ${o}, which is no person, team or address`)),
    ]),
    ...uncovered(snapshot, lines).map(([number, message]) => problem(number, message)),
  ];
};

const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line, i) => {
    const [pattern = '', ...owners] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    return pattern === '' ? [] : [{ number: i + 1, pattern, owners }];
  });

const isOwner = (owner: string): boolean => /^@[A-Za-z0-9][A-Za-z0-9-]*(\/[A-Za-z0-9][\w.-]*)?$|^[^@\s*]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(owner);

type Uncovered = readonly [line: number, message: string];

/** Guarded files whose last matching line is none, is the one for everything, or has no owner: one for each area. */
const uncovered = ({ files }: Snapshot, lines: readonly Line[]): Uncovered[] => {
  const rules = lines.filter(({ pattern }) => !/[![\]]/.test(pattern)).map((line) => ({ ...line, matches: matcherOf(line.pattern) }));
  return areas.flatMap(({ name, holds, example }): Uncovered[] => {
    for (const path of [example, ...[...files.keys()].filter((f) => holds.test(f))]) {
      const last = rules.findLast((rule) => rule.matches.test(path));
      if (last === undefined || isForAll(last.pattern)) return [[last?.number ?? 1, `${path} has no line of its own (${name})`]];
      if (!last.owners.some(isOwner)) return [[last.number, `${path} has no owner (${name})`]];
    }
    return [];
  });
};

const isForAll = (pattern: string): boolean => /^\/?\*{0,2}(\/\*{0,2})?$/.test(pattern);

/** The part of gitignore's patterns that GitHub honours in CODEOWNERS. */
const matcherOf = (pattern: string): RegExp => {
  const isAnchored = pattern.replace(/\/$/, '').includes('/');
  const body = pattern
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*\*\/|\/\*\*|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '/**': '/.*', '**': '.*', '*': '[^/]*' })[wild] ?? '[^/]');
  const end = pattern.endsWith('/') ? '/.*$' : pattern.endsWith('/*') ? '$' : '(?:/.*)?$';
  return new RegExp(`${isAnchored ? '^' : '(?:^|/)'}${body}${end}`);
};
