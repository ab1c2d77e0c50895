import { lintRules } from '#analysis/lint/rules.ts';
import { certificateRules } from '#certify/rules.ts';
import { groupsWithExamples } from '#compare/group-changes.ts';
import { rehearsalRules } from '#forecast/rules.ts';
import type { ObjectChange, RootChange } from '#model/change.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import type { Judge } from '#policy/judge.ts';
import { schemaRules } from '#schema/rules.ts';
import { objectId } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import type { Examination } from './examine.ts';

/** What the larger reports show beside the public report. Its objects have the order of the report's changes. */
export const detailOf = ({ scope, rendered, changes, reach, fleet }: Examination, judges: readonly Judge[]): Omit<ReportDetail, 'rehearsals'> => {
  const changed = new Map(changes.map((c) => [c.root.path, c]));
  // The bootstrap reaches the clusters that its objects name, and a finding may be about an object that did not change.
  const whole = (root: Root): RootChange => ({ root, kind: 'changed', objects: (rendered.head.get(root.path)?.objects ?? []).map(asAdded) });
  const changeOf = (root: Root): RootChange =>
    root.kind === 'bootstrap' && rendered.head.has(root.path) ? whole(root) : (changed.get(root.path) ?? whole(root));
  return {
    rules: [
      ...new Map(
        [...judges.flatMap((j) => j.bundle.rules), ...schemaRules, ...Object.values(lintRules), ...Object.values(rehearsalRules), ...certificateRules].map(
          (r) => [r.code, r],
        ),
      ).values(),
    ],
    clusters: [...fleet.clusters.values()],
    clustersOfRoot: new Map(scope.affected.map(({ root }) => [root.path, uniqueSorted(reach(changeOf(root)).clusters)])),
    objects: groupsWithExamples(changes, reach).map(({ example: { before, after } }) => ({
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    })),
  };
};

const asAdded = (after: Manifest): ObjectChange => ({ id: objectId(after), kind: 'added', values: [], after });
