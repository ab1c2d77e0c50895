import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { asList, objectId, textAt, valueAt } from '#util/manifest.ts';
import { isAnalysisTemplate } from '../read-template.ts';
import type { Fault } from './fault.ts';

/** What a change does to a Rollout and to its judges at once; nothing for a new one. */
export const changeFaults = (rollout: Manifest, head: RenderedRoot, base: RenderedRoot | undefined): Fault[] => {
  const before = base?.objects.find((object) => objectId(object) === objectId(rollout));
  if (base === undefined || before === undefined) return [];
  const differs = (...path: readonly string[]): boolean => !isSame(valueAt(before, ...path), valueAt(rollout, ...path));
  const strategy = ['spec', 'strategy'];
  const isStepsOnly = differs(...strategy, 'canary', 'steps') && !differs('spec', 'template');
  if (isStepsOnly) {
    const message = 'changes its steps and not its pods: where this Rollout was aborted, the aborted revision starts again';
    return [{ rule: 'stepsOnly', path: ['spec', 'strategy', 'canary', 'steps'], message }];
  }
  if (isSame(imagesOf(before), imagesOf(rollout))) return [];
  const parts = [...(differs(...strategy) ? ['its strategy'] : []), ...changedTemplates(head, base).map((name) => `the template ${name}`)];
  if (parts.length === 0) return [];
  return [{ rule: 'judgeChanged', path: strategy, message: `changes its image together with ${parts.join(' and ')}, which judge it` }];
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const imagesOf = (rollout: Manifest): string[] =>
  asList(valueAt(rollout, 'spec', 'template', 'spec', 'containers')).map((container) => textAt(container, 'image'));

const changedTemplates = (head: RenderedRoot, base: RenderedRoot): string[] => {
  const before = new Map(base.objects.filter(isAnalysisTemplate).map((template) => [objectId(template), valueAt(template, 'spec')]));
  return head.objects
    .filter((object) => isAnalysisTemplate(object) && before.has(objectId(object)) && !isSame(before.get(objectId(object)), valueAt(object, 'spec')))
    .map((object) => textAt(object, 'metadata', 'name'));
};
