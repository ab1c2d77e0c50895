import { gzipSync } from 'node:zlib';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log, Run } from 'sarif';
import { expect, test } from 'vitest';
import type { GateReport } from '#model/report.ts';
import { hostile } from '../../test/support/hostile-text.ts';
import { finding, report } from '../../test/support/reports.ts';
import { richDetail, richReport } from '../../test/support/rich-report.ts';
import { sarifSchema } from '../../test/support/sarif-schema.ts';
import { renderSarif } from './sarif.ts';

const ajv = new AjvDraft4.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isValid = ajv.compile(sarifSchema);

const runOf = (of: GateReport, detail = richDetail()): Run => {
  const log = JSON.parse(renderSarif(of, detail)) as Log;
  expect(isValid(log), JSON.stringify(isValid.errors?.slice(0, 3))).toBe(true);
  return log.runs[0] as Run;
};

test('the schema that the tests use is the one that the report names, and refuses what is no SARIF', () => {
  expect(sarifSchema.id).toBe((JSON.parse(renderSarif(richReport(), richDetail())) as Log).$schema);
  expect([isValid({ version: '2.1.0', runs: [{}] }), isValid({ version: '2.0.0', runs: [] })]).toEqual([false, false]);
});

test('each finding is a result, with its level, its standing and a region', () => {
  const { results = [] } = runOf(richReport());
  expect(
    results.map((r) => {
      const place = r.locations?.[0]?.physicalLocation;
      return `${r.level} ${r.baselineState} ${r.suppressions?.[0]?.status ?? '-'} ${r.ruleId} ${place?.artifactLocation?.uri}:${place?.region?.startLine}`;
    }),
  ).toEqual([
    'error new - security.image_digest agents/mro-optimizer/releases/1.1.0/kustomization.yaml:9',
    'error new - reliability.probes agents/anr-manager/rings/w4/region/kustomization.yaml:1',
    'warning new - reliability.resources agents/_traits/rollout/v1/rollout.yaml:31',
    'note new accepted network.default_deny agents/anr-manager/rings/w4/region/kustomization.yaml:1',
    'note unchanged - reliability.disruption_budget agents/anr-manager/rings/w4/region/kustomization.yaml:1',
  ]);
});

test('the layers behind a value are related locations, and its objects are named by cluster', () => {
  const [first] = runOf(richReport()).results ?? [];
  expect(
    first?.relatedLocations?.map((l) => `${l.physicalLocation?.artifactLocation?.uri}:${l.physicalLocation?.region?.startLine} ${l.message?.text}`),
  ).toEqual(['agents/_traits/rollout/v1/rollout.yaml:18 spec.template.spec.containers[0].image']);
  expect(first?.locations?.[0]?.logicalLocations?.map((l) => l.fullyQualifiedName)).toEqual([
    'prd-region-se-01/mro-optimizer/Rollout/agent#spec.template.spec.containers[0].image',
    'prd-region-se-02/mro-optimizer/Rollout/agent#spec.template.spec.containers[0].image',
  ]);
  expect(first?.partialFingerprints).toEqual({ 'ranfleet/v1': '1000000000000001', primaryLocationLineHash: '1000000000000001:1' });
});

test('a question without an answer is a notification as well, and the run did not succeed', () => {
  const [invocation] = runOf({ ...richReport(), outcome: 'undecided', exitCode: 3 }).invocations ?? [];
  expect(invocation?.executionSuccessful).toBe(false);
  expect(invocation?.toolExecutionNotifications?.map((n) => n.message.text)).toEqual([
    'UNDECIDED: 1 violation; 1 question without an answer',
    'the pod template could not be read',
  ]);
});

test('rules carry help and controls, whether they found something or not', () => {
  const rule = {
    code: 'security.image_digest',
    id: 'SEC-01',
    title: 'Images are pinned',
    description: 'A tag moves.',
    severity: 'deny' as const,
    controls: ['SOC2 CC8.1'],
    failureMessage: '',
    solution: 'Pin it.',
  };
  const { rules = [] } = runOf(richReport(), { ...richDetail(), rules: [rule, { ...rule, code: 'change.one_wave' }] }).tool.driver;
  expect(rules[0]).toMatchObject({
    id: 'security.image_digest',
    help: { text: 'Images are pinned. Why: A tag moves. Fix: Pin it.' },
    properties: { tags: ['security', 'SOC2 CC8.1'] },
  });
  expect(rules.map((r) => r.id)).toContain('change.one_wave');
});

test('a path that leaves the repository is no location', () => {
  const places = ['../../etc/passwd', '/etc/passwd', 'C:\\x', 'a/../../b', ''].map((file) => finding({ file, line: 3 }));
  const uris = runOf(report({ findings: places })).results?.map((r) => r.locations?.[0]?.physicalLocation?.artifactLocation?.uri);
  expect(new Set(uris)).toEqual(new Set(['agents/mro-optimizer/rings/w3/region/kustomization.yaml']));
});

test('what code scanning would refuse for its number or size is left out, and told', () => {
  const many = report({ findings: Array.from({ length: 25_010 }, (_, i) => finding({ fingerprint: String(i).padStart(16, '0') })) });
  const run = JSON.parse(renderSarif(many, richDetail())) as Log;
  const results = run.runs[0]?.results?.length ?? 0;
  expect(results).toBeLessThanOrEqual(25_000);
  expect(run.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.at(-1)?.message.text).toContain(`${25_010 - results} findings left out`);
  expect(gzipSync(renderSarif(many, richDetail())).length).toBeLessThan(10_000_000);
});

test('whatever a change says, the file meets the schema', () => {
  fc.assert(
    fc.property(hostile, hostile, fc.integer(), (text, file, line) => {
      const run = runOf({
        ...richReport(text),
        head: text,
        reasons: [text],
        findings: [...richReport(text).findings, finding({ file, line, code: text, subject: text })],
      });
      expect(run.results).toHaveLength(6);
      expect(run.results?.every((r) => (r.locations?.[0]?.physicalLocation?.region?.startLine ?? 0) >= 1)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
