import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOf } from '../../test/support/faults.ts';
import { isScaledFile, scaleDurations } from './scale-durations.ts';

test('divides durations, seconds and PromQL ranges, and leaves everything else', () => {
  const text = `      minReadySeconds: 10
      progressDeadlineSeconds: 600
      steps:
        - setWeight: 5
        - pause: {duration: 3m}
      interval: 60s
      count: 5
      timeout: 30
      query: sum(rate(x{le="0.1"}[2m])) > 20
`;
  expect(scaleDurations(text, 20)).toBe(`      minReadySeconds: 1
      progressDeadlineSeconds: 30
      steps:
        - setWeight: 5
        - pause: {duration: 9s}
      interval: 3s
      count: 5
      timeout: 30
      query: sum(rate(x{le="0.1"}[6s])) > 20
`);
});

test('no duration falls below one second, and a factor of 1 keeps each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3600 }), fc.double({ min: 1, max: 5000, noNaN: true }), (seconds, factor) => {
      const scaled = Number(/interval: (\d+)s/.exec(scaleDurations(`interval: ${seconds}s`, factor))?.[1]);
      expect(scaled).toBe(Math.max(1, Math.round(seconds / factor)));
    }),
  );
});

test.each([0, 0.5, -1, Number.NaN])('a factor of %s is refused', (factor) => {
  expect(faultOf(() => scaleDurations('duration: 3m', factor))).toMatchObject({ code: 'GATE_LOCAL_TIME_SCALE', fault: 'usage' });
});

test('only the traits of rollouts and analyses are scaled', () => {
  const files = [
    'agents/_traits/canary-write/v1/strategy.yaml',
    'agents/_traits/analysis/v2/fast-slo.yaml',
    'agents/_traits/network/v1/dns.yaml',
    'agents/mro-optimizer/agent.yaml',
  ];
  expect(files.map(isScaledFile)).toEqual([true, true, false, false]);
});
