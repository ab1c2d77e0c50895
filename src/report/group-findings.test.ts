import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { finding, report } from '../../test/support/reports.ts';
import { groupFindings, othersLine } from './group-findings.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';

const trait = { file: 'agents/_traits/workload/v1/rollout.yaml', line: 12, kind: 'resource', what: 'spec' } as const;
const of = (agent: string, changes: Partial<Finding> = {}): Finding =>
  finding({
    subject: `apps/v1/Deployment/${agent}/agent`,
    message: `the pod of ${agent} runs as root`,
    roots: [`agents/${agent}/rings/w3/edge`],
    blame: { culprit: trait, layers: [trait] },
    fingerprint: `fp-${agent}`,
    ...changes,
  });

test('the same fault at the same line in many objects is one group with all roots', () => {
  const groups = groupFindings([of('mro'), of('anr'), of('cco')]);
  expect(groups.map((g) => [g.finding.subject, g.finding.roots, g.findings.map((f) => f.fingerprint), othersLine(g, 1)])).toEqual([
    [
      'apps/v1/Deployment/anr/agent',
      ['agents/anr/rings/w3/edge', 'agents/cco/rings/w3/edge', 'agents/mro/rings/w3/edge'],
      ['fp-anr', 'fp-cco', 'fp-mro'],
      'apps/v1/Deployment/cco/agent (fp-cco) and 1 more',
    ],
  ]);
});

test.each<[string, Partial<Finding>]>([
  ['another line', { blame: { culprit: { ...trait, line: 13 }, layers: [trait] } }],
  ['another rule', { code: 'security.privilege' }],
  ['another problem', { message: 'the pod of anr is privileged' }],
  ['another standing', { standing: 'debt' }],
  ['a question', { effect: 'undecided' }],
  ['another fix', { solution: 'Ask.' }],
])('%s is a group of its own', (_, changes) => {
  expect(groupFindings([of('mro'), of('anr', changes)]).length).toBe(2);
});

test('findings without a source line stay alone', () => {
  const { blame: _one, ...one } = of('mro');
  const { blame: _two, ...two } = of('anr');
  expect(groupFindings([one, two]).length).toBe(2);
});

test('no finding is lost or told twice, and the order of input inside a group does not matter', () => {
  const any = fc.record({ agent: fc.constantFrom('mro', 'anr', 'cco', 'mlb'), line: fc.integer({ min: 1, max: 2 }), debt: fc.boolean() });
  const list = fc.uniqueArray(any, { selector: (a) => JSON.stringify(a) }).map((all) =>
    all.map(({ agent, line, debt }) =>
      of(agent, {
        blame: { culprit: { ...trait, line }, layers: [] },
        fingerprint: `${agent}${line}${debt}`,
        ...(debt ? { standing: 'debt' as const } : {}),
      }),
    ),
  );
  fc.assert(
    fc.property(list, (findings) => {
      const told = (all: readonly Finding[]): string[] => groupFindings(all).map((g) => g.findings.map((f) => f.fingerprint).join(' '));
      expect(
        told(findings)
          .flatMap((text) => text.split(' '))
          .filter(Boolean)
          .sort(),
      ).toEqual(findings.map((f) => f.fingerprint).sort());
      expect(told([...findings].reverse()).sort()).toEqual(told(findings).sort());
    }),
  );
});

test('reports tell a group once and count every finding of it', () => {
  const whole = report({ outcome: 'deny', findings: ['mro', 'anr', 'cco'].map((agent) => of(agent)), changes: [] });
  const paint = { bold: String, dim: String, red: String, green: String, yellow: String };
  const terminal = renderTerminal(whole, { paint, verbose: false });
  expect(terminal.split('\n').filter((l) => /^deny|and in/.test(l.trim()))).toEqual([
    'deny security.image_digest  agents/_traits/workload/v1/rollout.yaml:12  fp-anr',
    '    and in 2 more objects: apps/v1/Deployment/cco/agent (fp-cco), apps/v1/Deployment/mro/agent (fp-mro)',
  ]);
  const markdown = renderMarkdown(whole);
  expect(markdown.match(/^### /gm)?.length).toBe(1);
  expect(markdown).toContain('and in 2 more objects: ');
  const html = renderHtml(whole, { rules: [], clusters: [], clustersOfRoot: new Map(), objects: [], rehearsals: [] });
  expect(html.match(/<article /g)?.length).toBe(1);
  expect(html).toContain('Violations <span class="number">3</span>');
  expect(html).toContain('"count":3');
  for (const agent of ['mro', 'anr', 'cco']) expect(html).toContain(`fp-${agent}`);
});
