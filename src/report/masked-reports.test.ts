import { expect, test } from 'vitest';
import { compareRoot } from '#compare/compare.ts';
import { groupChanges, groupsWithExamples } from '#compare/group-changes.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { report } from '../../test/support/reports.ts';
import { checkRunOf } from './check-run.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { renderJobSummary, renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { type Paint, renderDiff, renderTerminal } from './terminal.ts';

const paint: Paint = { bold: String, dim: String, red: String, green: String, yellow: String };
const root = { path: 'agents/mro-optimizer/rings/w3/region', kind: 'agent' } as const;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const secret = (name: string, data: object): Manifest => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'mro' }, ...data });
const pod = (password: string): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'agent', namespace: 'mro' },
  spec: { template: { spec: { containers: [{ name: 'agent', env: [{ name: 'DB_PASSWORD', value: password }] }] } } },
});
const rendered = (...objects: Manifest[]): RenderedRoot => ({ root, objects });

test('no report of a change shows what a Secret or a password held, before or after', () => {
  const base = rendered(
    secret('changed', { data: { a: base64('needle-1'), b: base64('needle-2') } }),
    secret('removed', { stringData: { a: 'needle-3' } }),
    pod('needle-4'),
  );
  const head = rendered(
    secret('changed', { data: { a: base64('needle-5'), c: base64('needle-2') } }),
    secret('added', { stringData: { a: 'needle-6' } }),
    pod('needle-7'),
  );
  const change = compareRoot(base, head);
  if (change === undefined) throw new Error('the two sides must differ');
  const reach = () => ({ clusters: ['prd-region-se-01'], waves: ['w3'] });
  const whole = report({ changes: groupChanges([change], reach) });
  const objects = groupsWithExamples([change], reach).map(({ example: { before, after } }) => ({ ...(before ? { before } : {}), ...(after ? { after } : {}) }));
  const detail = { rules: [], clusters: [], clustersOfRoot: new Map(), objects, rehearsals: [] };
  const reports = {
    terminal: renderTerminal(whole, { paint, verbose: true }),
    diff: renderDiff(whole, { paint, verbose: true }),
    comment: renderMarkdown(whole),
    summary: renderJobSummary(whole),
    html: renderHtml(whole, detail),
    sarif: renderSarif(whole, detail),
    junit: renderJunit(whole),
    check: JSON.stringify(checkRunOf(whole)),
    json: JSON.stringify(whole),
  };
  const leaks = Object.entries(reports).filter(([, text]) => /needle|bmVlZGxl/.test(text));
  expect(leaks.map(([name]) => name)).toEqual([]);
  for (const text of [reports.terminal, reports.comment, reports.html, reports.json]) expect(text).toMatch(/masked value \d+, up to 8 characters/);
  expect(reports.terminal).toMatch(/~ data\.a: \(masked value \d+, [^)]*\) -> \(masked value \d+, /);
  const [was, is] = [/- data\.b: \(masked value (\d+)/, /\+ data\.c: \(masked value (\d+)/].map((p) => p.exec(reports.terminal)?.[1]);
  expect(was).toBeDefined();
  expect(was).toBe(is);
});
