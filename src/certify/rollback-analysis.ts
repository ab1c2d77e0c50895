import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { count } from '#util/count.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { type ChangedUnit, type Transition, transitionsOf } from './unit.ts';

interface Use {
  readonly template: string;
  readonly isCluster: boolean;
  /** Arguments that hold the hash of the pods on trial. */
  readonly hashes: readonly string[];
  readonly path: JsonPath;
}

/**
 * R14: going back after a promotion is a canary of its own. A query that does not name its pods reads what the bad version left in the
 * window and aborts the fix; one that is keyed by the hash of the new pods can not.
 */
export const rollbackAnalysis = (unit: ChangedUnit): readonly Result[] => {
  if (![...unit.base, ...unit.head].some(isRollout)) return [notApplicable('no side has a Rollout')];
  return transitionsOf(unit).flatMap((way) => {
    const uses = way.to.filter(isRollout).flatMap((rollout) => usesOf(rollout).map((use) => ({ rollout, use })));
    const problems = uses.flatMap(({ rollout, use }) => useProblems(way, rollout, use));
    const names = new Set(uses.map(({ use }) => use.template));
    return orSafe(problems, way.direction, `${count(names.size, 'analysis template')} of ${way.toSide}: every query asks only about the pods on trial`);
  });
};

const isRollout = (object: Manifest): boolean => textAt(object, 'kind') === 'Rollout';

const usesOf = (rollout: Manifest): Use[] => {
  const canary: JsonPath = ['spec', 'strategy', 'canary'];
  const steps = asList(valueAt(rollout, ...canary, 'steps')).map((_step, i): JsonPath => [...canary, 'steps', i, 'analysis']);
  const colours = ['prePromotionAnalysis', 'postPromotionAnalysis'].map((field): JsonPath => ['spec', 'strategy', 'blueGreen', field]);
  return [[...canary, 'analysis'], ...steps, ...colours].flatMap((path) => {
    const analysis = valueAt(rollout, ...path);
    const hashes = asList(valueAt(analysis, 'args'))
      .filter((a) => textAt(a, 'valueFrom', 'podTemplateHashValue') === 'Latest')
      .map((a) => textAt(a, 'name'));
    return asList(valueAt(analysis, 'templates')).map((t, i) => ({
      template: textAt(t, 'templateName'),
      isCluster: valueAt(t, 'clusterScope') === true,
      hashes,
      path: [...path, 'templates', i],
    }));
  });
};

const useProblems = (way: Transition, rollout: Manifest, use: Use): Result[] => {
  const kind = use.isCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  const object = way.to.find((o) => textAt(o, 'kind') === kind && textAt(o, 'metadata', 'name') === use.template);
  const place = { side: way.toSide, object: rollout, path: use.path };
  if (!object) return [unproven(way.direction, `${kind} ${use.template} is not rendered here: nobody knows what it asks`, place)];
  return asList(valueAt(object, 'spec', 'metrics')).flatMap((metric, i) => metricProblems(way, object, metric, ['spec', 'metrics', i], use.hashes));
};

const metricProblems = (way: Transition, object: Manifest, metric: unknown, path: JsonPath, hashes: readonly string[]): Result[] => {
  const name = textAt(metric, 'name');
  const question = [
    ['prometheus', 'query'],
    ['web', 'url'],
    ['datadog', 'query'],
    ['newRelic', 'query'],
    ['graphite', 'query'],
  ].find(([kind = '', field = '']) => textAt(metric, 'provider', kind, field) !== '');
  if (!question)
    return [unproven(way.direction, `metric ${name} asks by something that can not be read here`, { side: way.toSide, object, path: [...path, 'provider'] })];
  const text = textAt(metric, 'provider', ...question);
  // Every selector must be keyed: one that is not mixes both versions into the answer.
  const selectors =
    question[0] === 'prometheus' ? [...text.matchAll(/\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}/g)].map((m) => m[0]).filter((s) => !/^\{args\./.test(s)) : [text];
  const isKeyed = (selector: string): boolean => hashes.some((arg) => new RegExp(`\\{\\{\\s*args\\.${arg}\\s*\\}\\}`).test(selector));
  if (selectors.length > 0 && selectors.every(isKeyed)) return [];
  const proof = `metric ${name} is not keyed by the hash of the pods on trial: it judges the fix by what the bad version did`;
  return [unsafe(way.direction, { side: way.toSide, object, path: [...path, 'provider', ...question] }, proof)];
};
