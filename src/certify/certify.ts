import type { HazardResult, UnitCertificate } from '#model/certificate.ts';
import { admission } from './admission.ts';
import { capacity } from './capacity.ts';
import { contracts } from './contracts.ts';
import { credentials } from './credentials.ts';
import { dataFormats } from './data-formats.ts';
import { freshCluster } from './fresh-cluster.ts';
import { hooks } from './hooks.ts';
import { images } from './images.ts';
import { keptFields } from './kept-fields.ts';
import { lostConfig } from './lost-config.ts';
import { resetTraps } from './reset-traps.ts';
import type { Result } from './result.ts';
import { rollbackAnalysis } from './rollback-analysis.ts';
import { routeDrift } from './route-drift.ts';
import { servedKinds } from './served-kinds.ts';
import { sideEffects } from './side-effects.ts';
import { syncWaves } from './sync-waves.ts';
import type { CertifiedUnit, ChangedUnit, World } from './unit.ts';

/** R1 to R16, each with what judges it on a unit that stands on both sides. */
const hazards: Readonly<Record<string, (unit: ChangedUnit, world: World) => readonly Result[]>> = {
  R1: lostConfig,
  R2: servedKinds,
  R3: keptFields,
  R4: dataFormats,
  R5: credentials,
  R6: images,
  R7: admission,
  R8: hooks,
  R9: capacity,
  R10: resetTraps,
  R11: contracts,
  R12: sideEffects,
  R13: routeDrift,
  R14: rollbackAnalysis,
  R15: freshCluster,
  R16: syncWaves,
};

/**
 * Whether what the change does to one unit can be taken back: every hazard, in both directions. A unit that is new goes back by being
 * removed, and one that is gone by coming back as it was; of both only the writes into the network are asked about. Pure.
 */
export const certifyUnit = (unit: CertifiedUnit, world: World): UnitCertificate => ({
  unit: unit.root.path,
  root: unit.root,
  change: unit.base === null ? 'added' : unit.head === null ? 'removed' : 'changed',
  clusters: unit.clusters,
  results: isChanged(unit) ? withStanding(resultsOf(unit, world), unit, world) : named('R12', sideEffects(unit, world)),
});

const resultsOf = (unit: ChangedUnit, world: World): HazardResult[] => Object.entries(hazards).flatMap(([hazard, judge]) => named(hazard, judge(unit, world)));

/** Hazards of which the rules about schemas, images and pods tell what the head alone does wrong. */
const toldByRules = new Set(['R2', 'R6', 'R7']);

/** Asks either side about itself, where something is not safe: what it has alone is not what the change does. */
const withStanding = (results: readonly HazardResult[], unit: ChangedUnit, world: World): HazardResult[] => {
  const isOpen = ({ verdict }: HazardResult): boolean => verdict === 'unsafe' || verdict === 'unproven';
  if (!results.some(isOpen)) return [...results];
  const alone = (side: 'base' | 'head'): Set<string> => {
    const still: ChangedUnit = {
      ...unit,
      base: unit[side],
      head: unit[side],
      newClusters: [],
      applications: { base: unit.applications[side], head: unit.applications[side] },
    };
    return new Set(
      resultsOf(still, { ...world, base: world[side], head: world[side], units: [still] })
        .filter(isOpen)
        .map(causeOf),
    );
  };
  const [ofBase, ofHead] = [alone('base'), alone('head')];
  return results.map((result): HazardResult => {
    if (result.verdict === 'unsafe' && ofBase.has(causeOf(result))) return { ...result, standing: 'debt' };
    const isTold = isOpen(result) && toldByRules.has(result.hazard) && isOfHead(result) && ofHead.has(causeOf(result));
    return isTold ? { ...result, standing: 'own' } : result;
  });
};

/** About an object of the head; or about the version of Kubernetes, which no object stands for. */
const isOfHead = ({ hazard, side }: HazardResult): boolean => side === 'head' || (hazard === 'R2' && side === undefined);

const causeOf = ({ hazard, verdict, proof, subject, path }: HazardResult): string => JSON.stringify([hazard, verdict, proof, subject, path]);

const isChanged = (unit: CertifiedUnit): unit is ChangedUnit => unit.base !== null && unit.head !== null;

/** What several uses of one object bring to light is told once. */
const named = (hazard: string, results: readonly Result[]): HazardResult[] =>
  [...new Map(results.map((result) => [JSON.stringify(result), result])).values()].map((result) => ({ hazard, ...result }));
