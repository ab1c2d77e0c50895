import { expect, test } from 'vitest';
import { type LintContext, lintRollouts } from '#analysis/lint.ts';
import { isAnalysisTemplate } from '#analysis/read-template.ts';
import { renderFleet } from '../support/rendered-fleet.ts';

test('no Rollout of the fleet falls into a trap', async () => {
  const { fleet, roots } = await renderFleet();
  const context: LintContext = { contract: fleet.metrics, known: new Map() };
  const started = performance.now();
  const found = roots.flatMap((root) => lintRollouts(root, undefined, context));
  const templates = roots.reduce((sum, { objects }) => sum + objects.filter(isAnalysisTemplate).length, 0);
  process.stdout.write(
    `lint: ${roots.length} roots, ${templates} templates, ${context.known.size} distinct, ${Math.round(performance.now() - started)} ms, ${found.length} findings\n`,
  );
  expect(templates).toBeGreaterThan(100);
  expect([...new Set(found.map(({ effect, code, message }) => `${effect} ${code}: ${message}`))]).toEqual([]);
});
