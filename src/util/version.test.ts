import { expect, test } from 'vitest';
import { compareVersions } from './version.ts';

test('versions are ordered as Semantic Versioning orders them', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.2',
    '1.0.10',
    '1.2.0',
    '2.0.0',
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) expect(Math.sign(compareVersions(a, b) ?? Number.NaN), `${a} ${b}`).toBe(Math.sign(i - j));
  }
});

test('a leading v and what was built do not count', () => {
  expect(compareVersions('v1.0.0', '1.0.0+build.7')).toBe(0);
});

test.each(['1.0', 'latest', '1.0.0.0', '', '1.x.0'])('%j is no version', (text) => {
  expect(compareVersions(text, '1.0.0')).toBeUndefined();
  expect(compareVersions('1.0.0', text)).toBeUndefined();
});
