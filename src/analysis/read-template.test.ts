import { expect, test } from 'vitest';
import { isAnalysisTemplate, readTemplate } from './read-template.ts';

const template = (metric: Record<string, unknown>) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'fast-slo', namespace: 'anr-manager' },
  spec: { args: [{ name: 'canary-hash' }], metrics: [metric], dryRun: [{ metricName: 'slow.*' }] },
});

test('reads a metric and fills in what the controller would', () => {
  const object = template({ name: 'error-ratio', interval: '1m30s', count: '5', provider: { prometheus: { address: 'http://p', query: 'up' } } });
  expect(isAnalysisTemplate(object)).toBe(true);
  expect(readTemplate(object)).toEqual({
    template: {
      name: 'fast-slo',
      namespace: 'anr-manager',
      args: ['canary-hash'],
      dryRun: ['slow.*'],
      metrics: [
        {
          name: 'error-ratio',
          interval: 90,
          initialDelay: 0,
          count: 5,
          failureLimit: 0,
          inconclusiveLimit: 0,
          consecutiveErrorLimit: 4,
          consecutiveSuccessLimit: 0,
          successCondition: undefined,
          failureCondition: undefined,
          provider: { kind: 'prometheus', address: 'http://p', query: 'up', timeout: 30 },
        },
      ],
    },
  });
});

test('says which value it can not read instead of guessing', () => {
  const object = template({ name: 'error-ratio', interval: '{{args.interval}}', count: 2.5, provider: { job: {} } });
  expect(readTemplate(object)).toEqual({
    unreadable: [
      { path: ['spec', 'metrics', 0, 'interval'], message: '"{{args.interval}}" is no duration' },
      { path: ['spec', 'metrics', 0, 'count'], message: '2.5 is no whole number' },
    ],
  });
});
