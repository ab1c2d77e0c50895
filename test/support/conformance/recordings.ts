import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from './scenario.ts';
import type { Streams } from './streams.ts';

/** What the real controller did in one scenario. */
export interface Recording {
  readonly scenario: Scenario;
  /** Seconds of the clock at the first event; only the fraction matters. */
  readonly startAt: number;
  readonly streams: Streams;
}

/**
 * How far one wait may be apart. The controller keeps whole seconds, so a cause that comes a moment earlier or later may begin its wait a
 * second earlier or later; the rest is what the controller takes under load.
 */
export const toleranceSeconds = 1.6;

const folder = path.resolve(import.meta.dirname, '../../fixtures/conformance');

export const readRecordings = (): Recording[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recording);

export const recordedScenarios = (): Scenario[] => readRecordings().map(({ scenario }) => scenario);

/** Keeps a recording as a fixture: one line per value, so that a change of one shows as one line. */
export const writeRecording = (recording: Recording): void => {
  mkdirSync(folder, { recursive: true });
  const streams = Object.entries(recording.streams).map(
    ([name, stream]) => `  ${JSON.stringify(name)}: [\n${stream.map((entry) => `   ${JSON.stringify(entry)}`).join(',\n')}\n  ]`,
  );
  const text = `{\n "scenario": ${JSON.stringify(recording.scenario)},\n "startAt": ${recording.startAt},\n "streams": {\n${streams.join(',\n')}\n }\n}\n`;
  writeFileSync(path.join(folder, `${recording.scenario.name}.json`), text);
};
