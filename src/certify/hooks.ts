import type { Manifest } from '#model/ports.ts';
import { count } from '#util/count.ts';
import { textAt } from '#util/manifest.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { type ChangedUnit, transitionsOf } from './unit.ts';

/** What a revert means for a hook or a Job: it runs again without harm, or there is a way to undo it, or neither. */
export const undoAnnotation = 'ranfleet.norvik.example/undo';

/** R8: a revert runs the older side's hooks again and can not undo what the newer side's have done. */
export const hooks = (unit: ChangedUnit): readonly Result[] => {
  if (![...unit.base, ...unit.head].some(runsOnce)) return [notApplicable('no side has a hook or a Job')];
  return transitionsOf(unit).flatMap((way) => {
    const found = way.to.filter(runsOnce);
    const problems = found.flatMap((object): Result[] => {
      const place = { side: way.toSide, object, path: ['metadata', 'annotations', undoAnnotation] };
      const undo = textAt(object, 'metadata', 'annotations', undoAnnotation);
      const name = `${textAt(object, 'kind')} ${textAt(object, 'metadata', 'name')}`;
      if (undo === 'idempotent' || undo === 'reversible') return [];
      if (undo === 'none') return [unsafe(way.direction, place, `${name} says that nothing undoes it`)];
      return [unproven(way.direction, `${name} does not say whether it may run again (${undoAnnotation}: idempotent, reversible or none)`, place)];
    });
    return orSafe(problems, way.direction, `${count(found.length, 'hook')} of ${way.toSide}, each idempotent or reversible`);
  });
};

const runsOnce = (object: Manifest): boolean =>
  textAt(object, 'kind') === 'Job' ||
  ['argocd.argoproj.io/hook', 'helm.sh/hook'].some((key) => !['', 'Skip'].includes(textAt(object, 'metadata', 'annotations', key)));
