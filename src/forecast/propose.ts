import type { Manifest } from '#model/ports.ts';
import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { forecast } from './forecast.ts';
import type { ClusterLoad } from './load.ts';
import { fleetController } from './rehearse-root.ts';
import { decisionsToSee } from './statistics.ts';
import { readSubject } from './subject.ts';

/** What a design must do, as shares (0..1) of rollouts. */
export const bounds = { seesDouble: 0.8, falseAborts: 0.05, promotesHealthy: 0.8 } as const;

/** One design that was rehearsed. */
export interface Design {
  /** Share (0..1) of the cells that the canary gets. */
  readonly share: number;
  /** Longest time of the judge's stage, minutes. */
  readonly minutes: number;
  readonly seesDouble: number;
  readonly falseAborts: number;
  readonly promotesHealthy: number;
  /** Mean decisions of a canary with twice the errors until its end. */
  readonly decisionsExposed: number;
  readonly isWithin: boolean;
}

export interface Proposal {
  /** Of those within the bounds the one that exposes least; undefined where there is none. */
  readonly best: Design | undefined;
  readonly tried: readonly Design[];
  /** Hours that a canary of a share must decide to see errors double, for those that were too short to try. */
  readonly needs: readonly { readonly share: number; readonly hours: number }[];
  /** Objects as the best design has them: the Rollout and the judge's template. */
  readonly objects: readonly Manifest[];
}

const shares = [0.05, 0.1, 0.25];
const stages = [15, 30, 60, 120, 240, 480];
const replications = 400;
/** A sequential test needs no more than this part of what a comparison with a fixed end needs, in the median. */
const leastPart = 0.5;

/**
 * Searches stages of the judge in place of a Rollout's thresholds. The shadow part and the guardrails stay; every stage between gets its
 * cells by lease at once. Equal inputs give equal proposals.
 * @param judge the AnalysisTemplate `canary-judge`
 */
export const propose = (
  rollout: Manifest,
  objects: readonly Manifest[],
  judge: Manifest,
  load: ClusterLoad,
  onTry: (design: string) => void = () => {},
): Proposal => {
  const perHour = load.decisionsPerSecond * 3600;
  const needs = shares.map((share) => ({ share, hours: decisionsToSee(load.baseline.errorRatio, 2, share) / (perHour * share) }));
  const candidates = needs.flatMap(({ share, hours }) => stages.filter((minutes) => minutes >= leastPart * hours * 60).map((minutes) => ({ share, minutes })));
  const tried = candidates.map(({ share, minutes }) => {
    onTry(`${share * 100} % for up to ${minutes} minutes`);
    return rehearseDesign(rollout, objects, judge, load, share, minutes);
  });
  const best = tried
    .filter(({ isWithin }) => isWithin)
    .reduce<Design | undefined>((least, design) => (least && least.decisionsExposed <= design.decisionsExposed ? least : design), undefined);
  return { best, tried, needs, objects: best ? designed(rollout, judge, best.share, best.minutes) : [] };
};

const rehearseDesign = (rollout: Manifest, objects: readonly Manifest[], judge: Manifest, load: ClusterLoad, share: number, minutes: number): Design => {
  const changed = designed(rollout, judge, share, minutes);
  const untilSeconds = minutes * 60 + load.untilSeconds;
  const subject = readSubject(
    changed[0] as Manifest,
    [...objects.filter((object) => object !== rollout), ...changed],
    { ...load, untilSeconds },
    fleetController,
  );
  if (!('spec' in subject)) throw new Error(subject.map(({ message }) => message).join('; '));
  const { scenarios } = forecast(subject, {
    replications,
    seed: 'propose',
    cells: load.cells,
    errorBudget: load.errorBudget,
    only: new Set(['healthy', 'errors-2x']),
  });
  const [healthy, double] = ['healthy', 'errors-2x'].map((name) => scenarios.find((one) => one.name === name));
  const [seesDouble, falseAborts, promotesHealthy] = [double?.aborted.share ?? 0, healthy?.aborted.share ?? 1, healthy?.promoted.share ?? 0];
  const isWithin = seesDouble >= bounds.seesDouble && falseAborts <= bounds.falseAborts && promotesHealthy >= bounds.promotesHealthy;
  return { share, minutes, seesDouble, falseAborts, promotesHealthy, decisionsExposed: double?.decisionsExposed.mean ?? 0, isWithin };
};

/** The Rollout and the judge's template of a design. */
const designed = (rollout: Manifest, judge: Manifest, share: number, minutes: number): Manifest[] => {
  const canary = valueAt(rollout, 'spec', 'strategy', 'canary');
  const fields = isFields(canary) ? canary : {};
  const labels = (role: string, part: number): Fields => ({
    labels: { 'ranfleet.norvik.example/lease-role': role, 'ranfleet.norvik.example/lease-share': String(Math.round(part * 100)) },
  });
  const strategy = {
    canary: { ...fields, canaryMetadata: labels('canary', share), stableMetadata: labels('stable', 1 - share), steps: stepsOf(fields, share) },
  };
  const namespace = textAt(rollout, 'metadata', 'namespace');
  return [
    { ...rollout, spec: { ...(isFields(rollout['spec']) ? rollout['spec'] : {}), strategy } },
    { ...judge, metadata: { ...(isFields(judge['metadata']) ? judge['metadata'] : {}), namespace }, spec: judgeSpec(judge, minutes) },
  ];
};

const stepsOf = (canary: Fields, share: number): unknown[] => {
  const steps = asList(canary['steps']);
  const shadow = steps.findIndex((step) => asList(valueAt(step, 'analysis', 'templates')).some((template) => textAt(template, 'templateName') === 'shadow'));
  const hash = (name: string, value: string): Fields => ({ name, valueFrom: { podTemplateHashValue: value } });
  const args = [
    { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    hash('canary-hash', 'Latest'),
    hash('stable-hash', 'Stable'),
  ];
  return [
    ...steps.slice(0, shadow + 1),
    { setWeight: Math.round(share * 100) },
    { pause: { duration: '2m' } },
    { analysis: { templates: [{ templateName: 'canary-judge' }], args } },
  ];
};

/** One measurement a minute; all but three may be inconclusive. */
const judgeSpec = (judge: Manifest, minutes: number): Fields => {
  const spec = valueAt(judge, 'spec');
  const metrics = asList(valueAt(spec, 'metrics')).map((metric) => {
    const web = valueAt(metric, 'provider', 'web');
    const body = valueAt(web, 'jsonBody');
    const window = minutes * 60 + 7200;
    const provider = { web: { ...(isFields(web) ? web : {}), jsonBody: { ...(isFields(body) ? body : {}), window } } };
    return { ...(isFields(metric) ? metric : {}), interval: '60s', count: minutes, inconclusiveLimit: minutes - 3, provider };
  });
  return { ...(isFields(spec) ? spec : {}), metrics };
};
