import { describe, expect, test } from 'vitest';
import { finding, group, report } from '../../test/support/reports.ts';
import { richReport } from '../../test/support/rich-report.ts';
import { type Paint, renderDiff, renderRefused, renderTerminal } from './terminal.ts';

const plain: Paint = { bold: String, dim: String, red: String, green: String, yellow: String };
const tagged: Paint = {
  bold: (t) => `<b>${t}</b>`,
  dim: (t) => `<i>${t}</i>`,
  red: (t) => `<red>${t}</red>`,
  green: (t) => `<green>${t}</green>`,
  yellow: (t) => `<yellow>${t}</yellow>`,
};
const brief = { paint: plain, verbose: false };
const verbose = { paint: plain, verbose: true };

test('a change that is allowed', () => {
  expect(renderTerminal(report(), brief)).toMatchInlineSnapshot(`
    "ranfleet gate  0123456789ab -> working tree
    1 file changed · 2 clusters · waves w3 · countries SE · vendors ericsson nokia · 400 cells (66.7 % of production) · agents mro-optimizer

    ~ argoproj.io/v1alpha1/Rollout/mro-optimizer/agent  2 clusters, w3
        ~ spec.replicas: 2 -> 3

    ALLOW: 18 rules over 1 root, no violation
    1 root affected, 1 rendered, 1 from the cache, 17 objects held against schemas, 1 judged by 2 rules in 1.2 s
    "
  `);
});

const deniedReport = report({
  outcome: 'deny',
  exitCode: 1,
  reasons: ['2 violations', '1 of 2 roots not judged'],
  changes: [
    group({ kind: 'added', id: 'v1/Service/mro-optimizer/agent', values: [], clusters: ['prd-region-se-01'] }),
    group({
      values: [
        { kind: 'changed', path: ['spec', 'image'], at: 'spec.image', before: 'a:1', after: 'a:2' },
        { kind: 'added', path: ['spec', 'x'], at: 'spec.x', after: { a: [1] } },
        { kind: 'removed', path: ['spec', 'y'], at: 'spec.y', before: 'word '.repeat(40) },
      ],
    }),
    group({ kind: 'removed', id: 'v1/ConfigMap/mro-optimizer/old', values: [], clusters: [], waves: [] }),
  ],
  findings: [
    finding({ roots: ['a', 'b', 'c', 'd', 'e'] }),
    finding({
      code: 'source.remote_base',
      source: 'source',
      subject: 'agents/x/kustomization.yaml',
      file: 'agents/x/kustomization.yaml',
      line: 7,
      path: [],
      roots: [],
      message: 'would be fetched',
      solution: 'Refer to a path.',
    }),
  ],
});

test('a change that is denied', () => {
  expect(renderTerminal(deniedReport, brief)).toMatchInlineSnapshot(`
    "ranfleet gate  0123456789ab -> working tree
    1 file changed · 2 clusters · waves w3 · countries SE · vendors ericsson nokia · 400 cells (66.7 % of production) · agents mro-optimizer

    + v1/Service/mro-optimizer/agent  1 cluster, w3
    ~ argoproj.io/v1alpha1/Rollout/mro-optimizer/agent  2 clusters, w3
        ~ spec.image: a:1 -> a:2
        + spec.x: {"a":[1]}
        - spec.y: word word word word word word word word word word word word word word word word word word…
    - v1/ConfigMap/mro-optimizer/old  1 root

    deny security.image_digest  argoproj.io/v1alpha1/Rollout/mro-optimizer/agent spec.template.spec.containers[0].image  0123456789abcdef
        container agent uses image agent:latest: it has no sha256 digest
        in a, b, c and 2 more
        fix: Name the image by digest.

    deny source.remote_base  agents/x/kustomization.yaml:7  0123456789abcdef
        would be fetched
        fix: Refer to a path.

    DENY: 2 violations; 1 of 2 roots not judged
    1 root affected, 1 rendered, 1 from the cache, 17 objects held against schemas, 1 judged by 2 rules in 1.2 s
    "
  `);
});

test('a change about which there is no verdict', () => {
  const undecided = report({
    outcome: 'undecided',
    exitCode: 3,
    base: null,
    mode: 'fleet',
    reasons: ['1 question without an answer'],
    findings: [
      finding({
        effect: 'undecided',
        message: 'Images are pinned by digest: data.config.registries is missing',
        subject: 'data.config.registries',
        path: [],
        roots: [],
      }),
    ],
  });
  expect(renderTerminal(undecided, brief)).toMatchInlineSnapshot(`
    "ranfleet gate  nothing -> working tree
    Judging the whole fleet as it stands.

    undecided security.image_digest  data.config.registries  0123456789abcdef
        Images are pinned by digest: data.config.registries is missing
        fix: Name the image by digest.

    UNDECIDED: 1 question without an answer
    1 root in the fleet, 1 rendered, 1 from the cache, 17 objects held against schemas, 1 judged by 2 rules in 1.2 s
    "
  `);
});

test('colours follow the verdict and the effect', () => {
  const verdictLine = (outcome: 'allow' | 'deny' | 'undecided') => renderTerminal(report({ outcome }), { paint: tagged, verbose: false }).split('\n').at(-3);
  expect(['allow', 'deny', 'undecided'].map((o) => verdictLine(o as 'allow'))).toEqual([
    '<green><b>ALLOW: 18 rules over 1 root, no violation</b></green>',
    '<red><b>DENY: 18 rules over 1 root, no violation</b></red>',
    '<yellow><b>UNDECIDED: 18 rules over 1 root, no violation</b></yellow>',
  ]);
});

describe('what is left out is counted', () => {
  const values = Array.from({ length: 14 }, (_, i) => ({ kind: 'changed' as const, path: ['v', i], at: `v${i}`, before: 1, after: 2 }));
  const changes = [group({ values }), ...Array.from({ length: 17 }, (_, i) => group({ id: `v1/Service/mro/s${i}`, values: [] }))];

  test('values beyond 12 and objects beyond 15', () => {
    const lines = renderDiff(report({ changes }), brief).split('\n');
    expect(lines.filter((l) => l.includes('--verbose'))).toEqual([
      '    and 2 more values (--verbose shows all)',
      '  and 3 more changed objects (--verbose shows all)',
    ]);
    expect(lines.filter((l) => l.startsWith('    ~')).length).toBe(12);
  });

  test('and nothing is left out with --verbose, which also names the clusters', () => {
    const lines = renderDiff(report({ changes }), verbose).split('\n');
    expect(lines.filter((l) => l.includes('--verbose'))).toEqual([]);
    expect(lines.filter((l) => l.startsWith('    ~')).length).toBe(14);
    expect(lines.filter((l) => l === '    prd-region-se-01 prd-region-se-02').length).toBe(18);
  });
});

test('a difference without a verdict', () => {
  expect(renderDiff(report({ changes: [], files: [], blastRadius: { ...report().blastRadius, clusters: [] } }), brief)).toBe(
    'ranfleet diff  0123456789ab -> working tree\n0 files changed · no cluster\nNo rendered object differs.\n',
  );
});

test('why nothing was rendered', () => {
  expect(renderRefused(deniedReport.findings.slice(1), plain)).toBe(
    [
      'Refused before rendering:',
      '',
      'deny source.remote_base  agents/x/kustomization.yaml:7  0123456789abcdef',
      '    would be fetched',
      '    fix: Refer to a path.',
    ].join('\n'),
  );
});

test('text of the change can not move the cursor, erase the verdict or start a line of its own', () => {
  const hostile = 'x\u001b[2J\u001b[1;1HALLOW\r\n::stop-commands::x\u0007\u009b2J\u202e';
  const shown = renderTerminal(
    report({
      findings: [finding({ message: hostile, subject: hostile })],
      changes: [group({ id: hostile, values: [{ kind: 'added', path: [hostile], at: hostile, after: hostile }] })],
    }),
    verbose,
  );
  expect(shown.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
  expect(shown.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
});

test('no line of the output is a command of the log that it is printed to', () => {
  const shown = renderTerminal(
    report({
      head: '::error::head',
      reasons: ['::error::reason'],
      findings: [finding({ code: '::error::c', message: '::set-output name=a::b', solution: '::add-mask::x ##[add-mask]y', roots: ['::error::root'] })],
      changes: [group({ id: '::error::id', clusters: ['::error::cluster'] })],
    }),
    verbose,
  );
  expect(shown.split('\n').filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
  expect(shown).toContain('    : :set-output name=a::b');
});

test('waived findings and warnings stand under a heading of their own, and debt is counted', () => {
  const shown = renderTerminal(richReport(), brief);
  const lines = shown.split('\n').filter((line) => /^(deny|undecided|warn|waived|debt|Does) |--verbose/.test(line));
  expect(lines).toEqual([
    'deny security.image_digest  agents/mro-optimizer/releases/1.1.0/kustomization.yaml:9  1000000000000001',
    'undecided reliability.probes  argoproj.io/v1alpha1/Rollout/mro-optimizer/agent spec.template.spec.containers[0].image  1000000000000002',
    'Does not block: 1 warning · 1 waived · 1 debt',
    'warn reliability.resources  agents/_traits/rollout/v1/rollout.yaml:31  1000000000000003',
    'waived network.default_deny  argoproj.io/v1alpha1/Rollout/mro-optimizer/agent spec.template.spec.containers[0].image  1000000000000004',
    '    --verbose shows the debt as well',
  ]);
  expect(renderTerminal(richReport(), verbose)).toContain(
    '    from agents/_traits/rollout/v1/rollout.yaml:18 resource: spec.template.spec.containers[0].image',
  );
});
