import type { Manifest } from '#model/ports.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';

/** Whether an object carries a sync option of Argo CD in its annotation. */
export const hasSyncOption = (object: Manifest, option: string): boolean =>
  textAt(object, 'metadata', 'annotations', 'argocd.argoproj.io/sync-options')
    .split(',')
    .some((o) => o.trim() === option);

/** Whether an Application has a sync option for all its objects. */
export const syncsWith = (application: Manifest, option: string): boolean => asList(valueAt(application, 'spec', 'syncPolicy', 'syncOptions')).includes(option);
