/**
 * `npm run bench:verdict`: how often canaries fail and pass by the thresholds of the fleet's fast-slo, by the anytime-valid test and
 * by Wald's, on the same simulated rollouts; and how KPI verdicts compare with judging series as if they were independent.
 * Prints Markdown; with `--write` it goes into docs/judge.md. Seeded: two runs print the same, but for the time they took.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '#util/random.ts';
import { repository } from '../support/policy-cases.ts';
import { burstTable, canaryTable } from './verdict-canary.ts';
import { kpiTable } from './verdict-kpi.ts';

const runs = 3000;
const started = performance.now();
const canaries = canaryTable(runs, seededRandom);
const bursts = burstTable(runs, seededRandom);
const kpis = kpiTable(runs, seededRandom);
const text = [canaries, bursts, kpis].join('\n\n');
process.stdout.write(`${text}\n\n${((performance.now() - started) / 1000).toFixed(0)} s\n`);

if (process.argv.includes('--write')) {
  const file = path.join(repository, 'docs/judge.md');
  const [begin, end] = ['<!-- bench:verdict -->', '<!-- /bench:verdict -->'];
  const page = readFileSync(file, 'utf8');
  const [from, until] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (from < begin.length || until < from) throw new Error(`${file} has no place for the tables`);
  writeFileSync(file, `${page.slice(0, from)}\n${text}\n${page.slice(until)}`);
}
