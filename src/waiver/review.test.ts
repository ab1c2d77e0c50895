import { expect, test } from 'vitest';
import { waiverEntry } from '../../test/support/waivers.ts';
import type { WaiverCircumstances } from './honour.ts';
import { endingOf, pendingOf, problemsOf, unusedOf } from './review.ts';

const approvers = new Map([['security', ['@anna-berg']]]);
const on = (day: string, lastTouched?: string): WaiverCircumstances => ({
  day,
  severities: new Map([['security.pod_security', 'deny']]),
  approvers,
  history: (_, folders) => ({ authors: [], day: folders.includes('agents/mro-optimizer') ? lastTouched : undefined }),
});
const told = (found: readonly { effect: string; code: string; message: string }[]): string[] => found.map((f) => `${f.effect} ${f.code} ${f.message}`);
const entry = waiverEntry({ scope: { roots: ['agents/mro-optimizer/rings/w3/region'] }, effectiveOn: '2027-02-01', effectiveUntil: '2027-03-03' });

test('a waiver that covers nothing warns for two weeks after the last change that can have ended its use, then denies', () => {
  const unused = (day: string, lastTouched?: string) => told(unusedOf([entry], new Set(), on(day, lastTouched))).map((t) => t.split(' ').slice(0, 2).join(' '));
  expect(unused('2027-02-14', '2026-12-01')).toEqual(['warn waiver.unused']);
  expect(unused('2027-02-15', '2026-12-01')).toEqual(['deny waiver.unused']);
  expect(unused('2027-02-15', '2027-02-02')).toEqual(['warn waiver.unused']);
  expect(unused('2027-02-16', '2027-02-02')).toEqual(['deny waiver.unused']);
  expect(unused('2027-02-16', undefined)).toEqual(['warn waiver.unused']);
  expect(told(unusedOf([entry], new Set(['mro-privileged']), on('2027-02-28', '2026-12-01')))).toEqual([]);
});

test('a waiver that is not honoured anyway is not called unused', () => {
  expect(unusedOf([entry], new Set(), on('2027-03-04', '2026-12-01'))).toEqual([]);
});

test('a waiver is announced to end from 30 days before', () => {
  expect(told(endingOf([entry], on('2027-02-01')))).toEqual([
    'warn waiver.ending ends with 2027-03-03, 30 days from now; @norvik/ran-mobility has to mend what it covers',
  ]);
  expect(endingOf([entry], on('2027-03-04'))).toEqual([]);
});

test('what is wrong with a waiver is told every day, and a good one is silent', () => {
  expect(told(problemsOf({ entries: [entry], problems: [], approvers }, on('2027-03-04')))).toEqual([
    'warn waiver.expired ended with 2027-03-03; today is 2027-03-04',
  ]);
  expect(problemsOf({ entries: [entry], problems: [], approvers }, on('2027-02-10'))).toEqual([]);
});

test('a waiver that a change brings or alters counts from the next one on', () => {
  const altered = { ...entry, id: 'another blob' };
  expect(told(pendingOf({ entries: [], problems: [], approvers }, { entries: [entry], problems: [], approvers }))).toEqual([
    'warn waiver.pending mro-privileged is added by this change and does not count for it; it counts from the next pull request on',
  ]);
  expect(told(pendingOf({ entries: [entry], problems: [], approvers }, { entries: [altered], problems: [], approvers }))).toEqual([
    'warn waiver.pending mro-privileged is altered by this change, which is judged by the waiver as it was; it counts from the next pull request on',
  ]);
  expect(pendingOf({ entries: [entry], problems: [], approvers }, { entries: [entry], problems: [], approvers })).toEqual([]);
});
