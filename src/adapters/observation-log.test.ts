import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Sample } from '#model/observation.ts';
import { readObservations } from '#ring/read-observations.ts';
import { faultOf } from '../../test/support/faults.ts';
import { at, later, look, network } from '../../test/support/stage.ts';
import { appendObservations, writeObservations } from './observation-log.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (): string => path.join(folder, `${++files}.ndjson`);

const start = at('00:00');
const samples = (from: number, count: number): Sample[] => Array.from({ length: count }, (_, i) => look('mro', 'se', later(start, 5 * (from + i))));
const read = (file: string) => readObservations(file, readFileSync(file, 'utf8'));

describe('a log that is added to', () => {
  test('is one that was written at once', () => {
    const [one, many] = [fresh(), fresh()];
    writeObservations(one, { samples: samples(0, 6), simulated: false });
    writeObservations(many, { samples: samples(0, 2), simulated: false });
    appendObservations(many, samples(2, 3));
    appendObservations(many, []);
    appendObservations(many, samples(5, 1));
    expect(readFileSync(many, 'utf8')).toBe(readFileSync(one, 'utf8'));
    expect(read(many).observations.samples).toEqual(samples(0, 6));
  });

  test('loses nothing but the line that has no end, wherever its writer died', () => {
    const whole = fresh();
    // Longer than the piece that is read at a time, and with text of several bytes a letter.
    const wide = samples(0, 400).map((sample) => ({ ...sample, message: 'blåbær '.repeat(40) }));
    writeObservations(whole, { samples: wide, simulated: false });
    const bytes = readFileSync(whole);
    const header = bytes.indexOf(10) + 1;
    fc.assert(
      fc.property(fc.integer({ min: header, max: bytes.length }), (cut) => {
        const file = fresh();
        writeFileSync(file, bytes.subarray(0, cut));
        const kept = bytes.subarray(0, cut).toString().split('\n').length - 2;
        appendObservations(file, samples(500, 1));
        const { observations, isCut } = read(file);
        expect([observations.samples.length, isCut]).toEqual([kept + 1, false]);
        expect(observations.samples.at(-1)).toEqual(samples(500, 1)[0]);
        rmSync(file);
      }),
      { numRuns: 200 },
    );
  });

  test('is not written over when it is none', () => {
    for (const text of ['', 'notes\n', '{"kind":"observations"', '{"kind":"observations","version":2,"simulated":false}\n']) {
      const file = fresh();
      writeFileSync(file, text);
      expect(faultOf(() => appendObservations(file, samples(0, 1)))).toMatchObject({
        code: 'GATE_MALFORMED',
        message: `${file}:1: is not the header of an observation log`,
      });
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  test('is appended to in place: the bytes before stay where they are', () => {
    const file = fresh();
    writeObservations(file, { samples: [network('se', start)], simulated: false });
    const { ino } = statSync(file);
    appendObservations(file, samples(0, 1));
    expect(statSync(file).ino).toBe(ino);
    appendFileSync(file, '{"torn');
    appendObservations(file, samples(1, 1));
    expect(statSync(file).ino).toBe(ino);
    expect(read(file).observations.samples.length).toBe(3);
  });
});
