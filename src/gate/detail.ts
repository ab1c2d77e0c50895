import { lintRules } from '#analysis/lint/rules.ts';
import { certificateRules } from '#certify/rules.ts';
import { groupsWithExamples } from '#compare/group-changes.ts';
import { rehearsalRules } from '#forecast/rules.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import type { Judge } from '#policy/judge.ts';
import { schemaRules } from '#schema/rules.ts';
import type { Examination } from './examine.ts';

/** What the larger reports show beside the public report. Its objects have the order of the report's changes. */
export const detailOf = ({ scope, changes, reach, fleet }: Examination, judges: readonly Judge[]): Omit<ReportDetail, 'rehearsals'> => {
  const changed = new Map(changes.map((c) => [c.root.path, c]));
  return {
    rules: [
      ...new Map(
        [...judges.flatMap((j) => j.bundle.rules), ...schemaRules, ...Object.values(lintRules), ...Object.values(rehearsalRules), ...certificateRules].map(
          (r) => [r.code, r],
        ),
      ).values(),
    ],
    clusters: [...fleet.clusters.values()],
    clustersOfRoot: new Map(scope.affected.map(({ root }) => [root.path, reach(changed.get(root.path) ?? { root, kind: 'changed', objects: [] }).clusters])),
    objects: groupsWithExamples(changes, reach).map(({ example: { before, after } }) => ({
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    })),
  };
};
