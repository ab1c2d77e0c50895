import type { LayerModel } from '#blame/layers.ts';
import { faultPlace, type LayerFault } from '#blame/state.ts';
import type { Finding } from '#model/finding.ts';
import type { Root } from '#model/policy.ts';
import { addFinding } from '#util/add-finding.ts';
import { sourceFinding } from '#util/file-finding.ts';

/** What the layers of the affected roots do without a word, or are meant to do and do not. */
export interface LayerVerdict {
  /** kustomize would refuse to build: there is no use in trying. */
  readonly breaking: readonly Finding[];
  /** kustomize builds, and what comes out is not what somebody meant. */
  readonly silent: readonly Finding[];
}

/** Whether nothing is wrong with the layers of a root, as `find` says or as it is remembered. */
export type RecallClean = (root: Root, find: () => boolean) => boolean;

/**
 * Follows every layer of every root. The same fault in several roots is told once.
 * @param isClean may remember; only that there are no faults is, since they are told with their places
 */
export const checkLayers = (model: LayerModel, roots: readonly Root[], isClean: RecallClean = (_root, find) => find()): LayerVerdict => {
  const [breaking, silent] = [new Map<string, Finding>(), new Map<string, Finding>()];
  for (const root of roots) {
    let faults: readonly LayerFault[] | undefined;
    const find = (): boolean => {
      faults = faultsOf(model, root);
      return faults.length === 0;
    };
    if (isClean(root, find)) continue;
    for (const fault of faults ?? faultsOf(model, root)) addFinding(fault.breaks ? breaking : silent, layerFinding(fault, root.path));
  }
  return { breaking: [...breaking.values()], silent: [...silent.values()] };
};

const faultsOf = (model: LayerModel, root: Root): LayerFault[] => {
  const { faults, resources } = model.stateOf(root.path);
  return faults.filter((fault) => !fault.stands || fault.stands(resources));
};

const layerFinding = (fault: LayerFault, root: string): Finding => {
  const { code, message, solution } = fault;
  const place = faultPlace(fault);
  return { ...sourceFinding({ code, title: 'A layer that destroys or does nothing, without a word', message, solution, ...place }), roots: [root] };
};
