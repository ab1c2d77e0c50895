import { expect, test } from 'vitest';
import { dayOf } from './day.ts';
import { clockChangeMinutes, instantOf, offsetMinutes } from './local-time.ts';

test('knows how far a zone is ahead of UTC, in winter and in summer', () => {
  expect(offsetMinutes('Europe/Stockholm', Date.UTC(2026, 0, 15))).toBe(60);
  expect(offsetMinutes('Europe/Stockholm', Date.UTC(2026, 6, 15))).toBe(120);
  expect(offsetMinutes('America/New_York', Date.UTC(2026, 0, 15))).toBe(-300);
  expect(offsetMinutes('UTC', Date.UTC(2026, 0, 15, 23, 59, 59))).toBe(0);
});

test('finds the instant of a local time on either side of a clock change', () => {
  const iso = (local: string): string => new Date(instantOf(local, 'Europe/Stockholm')).toISOString();
  expect(iso('2026-12-24T00:00')).toBe('2026-12-23T23:00:00.000Z');
  expect(iso('2026-06-24T00:00')).toBe('2026-06-23T22:00:00.000Z');
  expect(iso('2026-03-29T00:30')).toBe('2026-03-28T23:30:00.000Z');
  expect(iso('2026-03-29T04:00')).toBe('2026-03-29T02:00:00.000Z');
  expect(iso('2026-10-25T04:00')).toBe('2026-10-25T03:00:00.000Z');
});

test('tells the UTC day of an instant, and by how much the clocks of a zone change', () => {
  expect(dayOf(new Date(instantOf('2026-12-24T00:00', 'Europe/Stockholm')))).toBe('2026-12-23');
  expect(['Europe/Madrid', 'Australia/Lord_Howe', 'UTC'].map(clockChangeMinutes)).toEqual([60, 30, 0]);
});
