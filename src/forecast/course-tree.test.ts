import { expect, test } from 'vitest';
import type { MeasurementPhase } from '#model/analysis.ts';
import { metricOf } from '../../test/support/rollouts.ts';
import { CourseTree, type RunCourse } from './course-tree.ts';

const metric = metricOf('errors');

/** Measures until something fails, three times at most. */
const run: RunCourse = (ask) => {
  for (let round = 1; round <= 3; round++) {
    const phase = ask(metric, round, () => ({ bins: [{ work: round, shadow: 0 }], birth: { created: 0, ready: 0 } }));
    if (phase !== 'Successful') return { outcome: 'aborted', endedAt: round, abortedAt: round, work: [], load: { before: 1, after: 1 } };
  }
  return { outcome: 'promoted', endedAt: 3, abortedAt: undefined, work: [], load: { before: 1, after: 1 } };
};

const answers = (phases: readonly MeasurementPhase[]) => {
  const left = [...phases];
  return () => left.shift() ?? 'Error';
};

test('equal measurements are simulated once and counted each time', () => {
  const tree = new CourseTree(run);
  const good: MeasurementPhase[] = ['Successful', 'Successful', 'Successful'];
  for (const phases of [good, ['Failed'], good, ['Successful', 'Failed'], ['Failed'], good] as MeasurementPhase[][]) tree.replicate(answers(phases));
  expect(tree.simulated).toBe(3);
  expect(tree.endings.map(({ outcome, endedAt, visits }) => [outcome, endedAt, visits])).toEqual([
    ['promoted', 3, 3],
    ['aborted', 1, 2],
    ['aborted', 2, 1],
  ]);
});

test('each replication answers every measurement of its course once, in order', () => {
  const tree = new CourseTree(run);
  for (const phases of [
    ['Successful', 'Failed'],
    ['Successful', 'Successful', 'Failed'],
    ['Successful', 'Failed'],
  ] as MeasurementPhase[][]) {
    const seen: number[] = [];
    const answer = answers(phases);
    tree.replicate((question) => {
      seen.push(question.at);
      return answer();
    });
    expect(seen).toEqual(phases.map((_, at) => at + 1));
  }
});

test('a simulation that asks something else after the same measurements is a fault, not a result', () => {
  let times = 0;
  const tree = new CourseTree((ask) => {
    times++;
    ask(metric, times, () => ({ bins: [], birth: { created: 0, ready: 0 } }));
    return { outcome: 'promoted', endedAt: 1, abortedAt: undefined, work: [], load: { before: 1, after: 1 } };
  });
  tree.replicate(answers(['Successful']));
  expect(() => tree.replicate(answers(['Failed']))).toThrow(/two ways/);
});
