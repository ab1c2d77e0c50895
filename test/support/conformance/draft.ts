import type { Draw } from './draw.ts';
import type { Scenario, ScenarioEvent, ScenarioMetric } from './scenario.ts';

/** A scenario while it is drawn. */
export type Draft = { -readonly [Field in keyof Scenario]: Scenario[Field] };

/** Something that happens in a scenario, beside the plain course of its steps. */
export type Twist = (draft: Draft, draw: Draw) => void;

export const add = (draft: Draft, ...events: readonly ScenarioEvent[]): void => {
  draft.events = [...draft.events, ...events].sort((a, b) => a.at - b.at);
};

/** An instant that is no whole second, so that it does not meet the controller's own timers. */
export const instant = (draw: Draw, from: number, to: number): number => draw.whole(from * 10, to * 10) / 10 + 0.03;

const judge = (draft: Draft, name: string, metrics: readonly ScenarioMetric[], dryRun: readonly string[] = []): void => {
  draft.templates = [...draft.templates.filter((template) => template.name !== name), { name, metrics, dryRun }];
};

export const metric = (name: string, script: string, fields: Readonly<Record<string, unknown>> = {}): ScenarioMetric => ({
  name,
  script,
  fields: { interval: '2s', count: 3, ...fields },
});

const analysis = (name: string): unknown => ({ analysis: { templates: [{ templateName: name }] } });
export const setSteps = (draft: Draft, ...steps: readonly unknown[]): void => {
  draft.steps = steps;
};

/** Puts an analysis behind the first pause. */
export const judgeInline = (draft: Draft, draw: Draw, metrics: readonly ScenarioMetric[], dryRun: readonly string[] = []): void => {
  judge(draft, 'inline', metrics, dryRun);
  setSteps(
    draft,
    { setWeight: draw.whole(20, 50) },
    { pause: { duration: `${draw.whole(2, 3)}s` } },
    analysis('inline'),
    { setWeight: 75 },
    { pause: { duration: '2s' } },
  );
};

export const judgeInBackground = (draft: Draft, metrics: readonly ScenarioMetric[], fields: Readonly<Record<string, unknown>> = {}): void => {
  judge(draft, 'background', metrics);
  draft.canary = { ...draft.canary, analysis: { templates: [{ templateName: 'background' }], ...fields } };
};

export const waitForPerson = (draft: Draft, draw: Draw): void =>
  setSteps(draft, { setWeight: draw.whole(20, 60) }, { pause: {} }, { setWeight: 80 }, { pause: { duration: '2s' } });

/** A delay of old pods and a stable set that follows the weight exclude each other. */
export const followWeight = (draft: Draft): void => {
  const { scaleDownDelaySeconds: _, ...canary } = draft.canary;
  draft.canary = { ...canary, dynamicStableScale: true };
};

export const endless = { count: undefined, interval: '2s' };
