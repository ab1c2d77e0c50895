import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { syncsWith } from './sync-options.ts';
import { type ChangedUnit, type PlacedApplication, type Transition, transitionsOf } from './unit.ts';

const plugin = 'argoproj-labs/gatewayAPI';
const weights = '.spec.rules[].backendRefs[].weight';

/** R13: the controller writes weights into routes that Git states, too; a self-heal must leave exactly these alone, on every cluster. */
export const routeDrift = (unit: ChangedUnit): readonly Result[] => {
  if (![...unit.base, ...unit.head].some(routingOf)) return [notApplicable('no Rollout of either side shifts traffic')];
  return transitionsOf(unit).flatMap((way) => {
    const routed = way.to.filter(routingOf);
    const problems = routed.flatMap((rollout) => [...routeProblems(way, rollout), ...healProblems(unit, way)]);
    const proof = `the weights of ${way.toSide} are left alone by self-heal in all ${unit.applications[way.toSide].length} Applications`;
    return routed.length === 0 ? [] : orSafe(problems, way.direction, proof);
  });
};

const routingOf = (object: Manifest): unknown =>
  textAt(object, 'kind') === 'Rollout' ? valueAt(object, 'spec', 'strategy', 'canary', 'trafficRouting') : undefined;

const routeProblems = (way: Transition, rollout: Manifest): Result[] => {
  const path: JsonPath = ['spec', 'strategy', 'canary', 'trafficRouting'];
  const settings = valueAt(rollout, ...path, 'plugins', plugin);
  const place = { side: way.toSide, object: rollout, path };
  if (!isFields(settings)) return [unproven(way.direction, `the traffic is shifted by something else than ${plugin}, of which no weight path is known`, place)];
  const listed = asList(settings['httpRoutes']).map((r) => textAt(r, 'name'));
  const named = [...listed, ...(textAt(settings, 'httpRoute') === '' ? [] : [textAt(settings, 'httpRoute')])];
  const routes = way.to.filter((o) => textAt(o, 'kind') === 'HTTPRoute');
  const missing = named.filter((name) => !routes.some((r) => textAt(r, 'metadata', 'name') === name));
  const services = ['canaryService', 'stableService'].map((field) => textAt(rollout, 'spec', 'strategy', 'canary', field));
  const forgotten = routes.filter((r) => !named.includes(textAt(r, 'metadata', 'name')) && backendsOf(r).some((name) => services.includes(name)));
  return [
    ...missing.map((name) => unsafe(way.direction, { ...place, path: [...path, 'plugins', plugin] }, `HTTPRoute ${name} is not rendered`)),
    ...forgotten.map((object) =>
      unsafe(way.direction, { side: way.toSide, object, path: ['spec', 'rules'] }, 'the route leads to the canary, and the Rollout does not name it'),
    ),
  ];
};

const backendsOf = (route: Manifest): string[] =>
  asList(valueAt(route, 'spec', 'rules')).flatMap((rule) => asList(valueAt(rule, 'backendRefs')).map((b) => textAt(b, 'name')));

const healProblems = ({ applications, clusters }: ChangedUnit, way: Transition): Result[] => {
  const placed = applications[way.toSide];
  if (placed.length === 0) return [unproven(way.direction, `no Application of the unit is rendered for ${clusters.join(', ') || 'any cluster'}`)];
  return placed.flatMap((application) => healProblem(application, way));
};

const healProblem = ({ object, root }: PlacedApplication, way: Transition): Result[] => {
  const place = (path: JsonPath) => ({ side: way.toSide, object, path: ['spec', ...path], root });
  const isIgnored = asList(valueAt(object, 'spec', 'ignoreDifferences')).some(
    (entry) =>
      textAt(entry, 'group') === 'gateway.networking.k8s.io' &&
      textAt(entry, 'kind') === 'HTTPRoute' &&
      asList(valueAt(entry, 'jqPathExpressions')).includes(weights),
  );
  if (!isIgnored) return [unsafe(way.direction, place(['ignoreDifferences']), `self-heal sets the weights of a canary back: ${weights} is not ignored`)];
  if (syncsWith(object, 'RespectIgnoreDifferences=true')) return [];
  return [unsafe(way.direction, place(['syncPolicy', 'syncOptions']), 'a sync writes the weights of Git: RespectIgnoreDifferences=true is missing')];
};
