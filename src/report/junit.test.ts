import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import type { GateReport } from '#model/report.ts';
import { hostile } from '../../test/support/hostile-text.ts';
import { finding, report } from '../../test/support/reports.ts';
import { richReport } from '../../test/support/rich-report.ts';
import { countsOf } from './counts.ts';
import { renderJunit } from './junit.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** All elements in the order in which they open. @throws where the text is no well-formed XML. */
const elementsOf = (of: GateReport): Element[] => {
  const elements: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes }));
  parser.write(renderJunit(of)).close();
  return elements;
};

test('each finding is a case of its rule, and a rule without findings passes', () => {
  const elements = elementsOf(richReport());
  expect(
    elements.filter((e) => e.name === 'testsuite').map(({ attributes: a }) => `${a['name']} ${a['tests']} ${a['failures']} ${a['errors']} ${a['skipped']}`),
  ).toEqual([
    'security.image_digest 1 1 0 0',
    'change.one_wave 1 0 0 0',
    'reliability.probes 1 0 1 0',
    'reliability.resources 1 0 0 0',
    'network.default_deny 1 0 0 1',
    'reliability.disruption_budget 1 0 0 1',
  ]);
  expect(elements.find((e) => e.name === 'testcase')?.attributes).toMatchObject({ file: 'agents/mro-optimizer/releases/1.1.0/kustomization.yaml', line: '9' });
  expect(elements.filter((e) => e.name === 'skipped').map((e) => e.attributes['message'])).toEqual([
    'waived until 2027-03-09 (8 days left) by @norvik/ran-core, RAN-1234',
    'stood before this change',
  ]);
});

test('a failure says the place and the fix', () => {
  expect(renderJunit(richReport())).toContain('where: agents/mro-optimizer/releases/1.1.0/kustomization.yaml:9&#10;');
  expect(renderJunit(richReport())).toContain('fix: Name the image by digest.&#10;');
});

test('whatever a change says, the file is well-formed and its counts are those of all reports', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const of: GateReport = {
        ...richReport(text),
        reasons: [text],
        findings: [...richReport(text).findings, finding({ code: text, subject: text, file: text, solution: text })],
      };
      const elements = elementsOf(of);
      const { violation, question, waived, debt } = countsOf(of.findings);
      const number = (name: string): number => elements.filter((e) => e.name === name).length;
      expect([number('failure'), number('error'), number('skipped')]).toEqual([violation, question, waived + debt]);
      expect(elements[0]?.attributes).toMatchObject({ failures: String(violation), errors: String(question), tests: String(number('testcase')) });
    }),
    { numRuns: 200 },
  );
});

test('a report without a rule is a valid file too', () => {
  expect(elementsOf(report({ evidence: { ...report().evidence, rules: [] } })).map((e) => e.name)).toEqual(['testsuites']);
});
