import { expect, test } from 'vitest';
import type { RenderedRoot } from '#model/ports.ts';
import { type LintContext, lintRollouts } from './lint.ts';

const rootAt = (path: string, provider: unknown = { job: {} }): RenderedRoot => ({
  root: { path, kind: 'agent' },
  objects: [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'slo', namespace: 'a' },
      spec: { metrics: [{ name: 'errors', count: 5, inconclusiveLimit: 5, consecutiveErrorLimit: 90, provider }] },
    },
  ],
});

test('a template is looked at once, and told in each root', () => {
  const context: LintContext = { contract: undefined, known: new Map() };
  const told = ['agents/a/rings/w0/hub', 'agents/a/rings/w1/hub'].flatMap((path) => lintRollouts(rootAt(path), undefined, context));
  expect([context.known.size, told.map((f) => f.roots)]).toEqual([1, [['agents/a/rings/w0/hub'], ['agents/a/rings/w1/hub']]]);
});

test('without a contract nobody can say whether a query finds anything', () => {
  const root = rootAt('agents/a/rings/w0/hub', { prometheus: { address: 'http://p', query: 'sum(up{x="canary"})' } });
  const told = lintRollouts(root, undefined, { contract: undefined, known: new Map() });
  expect(told.filter((f) => f.effect === 'undecided').map((f) => f.message)).toEqual([
    'nobody can say whether errors finds anything: contracts/metrics.yaml is missing',
  ]);
});
