import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { promisedSeries } from '#analysis/contract.ts';
import { agentCounter, incidents, kpiCounter } from '#observe/fleet/queries.ts';
import { repository } from '../support/policy-cases.ts';
import { repositoryFleet } from '../support/repository-fleet.ts';

const read = (file: string): string => readFileSync(path.join(repository, file), 'utf8');

test('every reason that a plan can give stands in the table of docs/promotion.md, and no other', () => {
  const sources = globSync('src/ring/**/*.ts', { cwd: repository }).filter((file) => !file.endsWith('.test.ts'));
  const given = new Set(sources.flatMap((file) => [...read(file).matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, code]) => code)));
  const table = /## Reasons\n([\s\S]*?)\n## /.exec(read('docs/promotion.md'))?.[1] ?? '';
  const told = new Set(
    table.split('\n').flatMap((line) => [...(/^\| (`[^|]*) \|/.exec(line)?.[1] ?? '').matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, code]) => code)),
  );
  expect(given.size).toBeGreaterThan(30);
  expect([...told].sort()).toEqual([...given].sort());
});

test('what soaks and networks are asked about is what the metric contract promises, with its labels', () => {
  const { metrics } = repositoryFleet();
  if (metrics === undefined) throw new Error('the repository has no metric contract');
  // The Prometheus of the fleet adds `cluster` to everything.
  const promised = new Map([...promisedSeries(metrics), ...promisedSeries({ ...metrics, agent: [], platform: metrics.fleet })]);
  const sources = globSync('src/observe/{fleet/*,network}.ts', { cwd: repository }).filter((file) => !file.endsWith('.test.ts'));
  const texts = [
    ...sources.map(read),
    agentCounter('mro', 'ran_agent_decisions_total', { outcome: 'error' }),
    kpiCounter('mro', 'R1', 0, 'numerator'),
    kpiCounter('mro', 'S1', 0, 'denominator'),
    incidents,
  ];
  const names = new Set(texts.flatMap((text) => [...text.matchAll(/\b(ran_[a-z_]+[a-z])\b/g)].map(([, name = '']) => name)));
  // Built from parts.
  names.delete('ran_kpi');
  names.delete('ran_agent_decision_seconds');
  for (const suffix of ['count', 'bucket']) names.add(`ran_agent_decision_seconds_${suffix}`);
  expect(names.size).toBeGreaterThan(8);
  expect([...names].filter((name) => !promised.has(name))).toEqual([]);
  expect(promised.get('ran_agent_decisions_total')).toContain('outcome');
  expect(promised.get('ran_agent_decision_seconds_bucket')).toContain('le');
  for (const part of ['numerator', 'denominator'])
    expect([...(promised.get(`ran_kpi_${part}_total`) ?? [])].sort()).toEqual(['cluster', 'kpi', 'namespace', 'ratio']);
});
