import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { factsText } from './facts-text.ts';

test('texts that an older reader takes for a number, an instant or a truth stand in quotes', () => {
  const facts = { window: { start: '00:00', end: '05:00' }, country: 'NO', at: '2026-11-26T15:18:30.938Z', commit: '1'.repeat(40), cells: 12, on: true };
  const text = factsText(facts);
  expect(text).toBe(
    `window:\n  start: "00:00"\n  end: "05:00"\ncountry: "NO"\nat: "2026-11-26T15:18:30.938Z"\ncommit: "${'1'.repeat(40)}"\ncells: 12\n"on": true\n`,
  );
  expect(parse(text, { version: '1.1' })).toEqual(facts);
  expect(parse(text, { version: '1.2' })).toEqual(facts);
});
