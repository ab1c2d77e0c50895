import { dump, load as parseYaml } from 'js-yaml';
import { loadOf } from '#forecast/load.ts';
import { bounds, type Design, type Proposal, propose } from '#forecast/propose.ts';
import { isRollout } from '#forecast/subject.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Fleet } from '#model/fleet.ts';
import type { RenderedRoot, Snapshot } from '#model/ports.ts';
import { percent } from '#report/rehearsal.ts';
import { count } from '#util/count.ts';
import { isFields, textAt, valueAt } from '#util/manifest.ts';
import type { Output } from './output.ts';

const judgeFile = 'agents/_traits/analysis-judge/v1/canary-judge.yaml';

/** `ranfleet rehearse --propose`: the design with the least exposure that sees errors double, root by root. Exits 1 where there is none. */
export const proposeDesigns = (snapshot: Snapshot, roots: readonly RenderedRoot[], fleet: Fleet, json: boolean, output: Output): ExitCode => {
  const judge: unknown = parseYaml(snapshot.read(judgeFile).toString());
  if (!isFields(judge)) throw new GateError('GATE_MALFORMED', 'usage', `${judgeFile} is no AnalysisTemplate`, { hint: 'Restore it.' });
  const proposals = roots.flatMap(({ root, objects }) => {
    const agent = fleet.agents.get(root.agent ?? '');
    const work = agent && loadOf(fleet, agent, root);
    const rollout = objects.find(isRollout);
    if (work === undefined || rollout === undefined) return [];
    if (valueAt(rollout, 'spec', 'strategy', 'canary', 'trafficRouting') !== undefined) return [];
    return [{ root: root.path, work, proposal: propose(rollout, objects, judge, work, (design) => output.progress(`${root.path}: ${design}`)) }];
  });
  if (proposals.length === 0)
    throw new GateError('GATE_NO_ROOT', 'usage', 'no root has a Rollout with leases and cells', {
      hint: 'Designs are searched for agents whose canary gets a share of the cells.',
    });
  if (json)
    output.print(
      `${JSON.stringify(
        proposals.map(({ root, work: { cluster }, proposal }) => ({ root, cluster, ...proposal })),
        null,
        2,
      )}\n`,
    );
  else output.print(`${proposals.flatMap(({ root, work: { cluster }, proposal }) => lines(root, cluster, proposal, output)).join('\n')}\n`);
  return proposals.every(({ proposal }) => proposal.best !== undefined) ? exitCodes.allow : exitCodes.deny;
};

const lines = (root: string, cluster: string, { best, tried, needs, objects }: Proposal, { paint }: Output): string[] => [
  `${paint.bold(root)}  ${count(tried.length, 'design')} rehearsed at the work of ${cluster}: at least ${percent(bounds.seesDouble)} abort when errors double, at most ${percent(bounds.falseAborts)} of healthy ones, at least ${percent(bounds.promotesHealthy)} of them promoted`,
  ...tried.map((design) => `  ${design === best ? '*' : design.isWithin ? '+' : ' '} ${row(design)}`),
  ...(best
    ? patchLines(best, objects)
    : [
        '  None of them is within the bounds. To see errors double takes:',
        ...needs.map(({ share, hours }) => `    ${Number(hours.toPrecision(2))} h of a canary with ${percent(share)} of the cells`),
      ]),
  '',
];

const row = ({ share, minutes, seesDouble, falseAborts, promotesHealthy, decisionsExposed }: Design): string =>
  `${percent(share).padStart(6)} for up to ${String(minutes).padStart(3)} min: ${percent(seesDouble).padStart(7)} see double, ${percent(falseAborts).padStart(6)} false aborts, ${percent(promotesHealthy).padStart(7)} promoted, ${Math.round(decisionsExposed)} decisions exposed`;

/** What the traits of a next version say: the strategy, and the numbers of the judge's template. */
const patchLines = ({ minutes }: Design, [rollout, judge]: Proposal['objects']): string[] => {
  const canary = valueAt(rollout, 'spec', 'strategy', 'canary');
  const [canaryMetadata, stableMetadata, steps] = ['canaryMetadata', 'stableMetadata', 'steps'].map((field) => valueAt(canary, field));
  const metric = { name: textAt(judge, 'spec', 'metrics', 0, 'name'), interval: '60s', count: minutes, inconclusiveLimit: minutes - 3 };
  const text = dump({ spec: { strategy: { canary: { canaryMetadata, stableMetadata, steps } } } }, { lineWidth: -1, noRefs: true });
  const template = dump(
    {
      spec: {
        metrics: [{ ...metric, provider: { web: { jsonBody: { window: valueAt(judge, 'spec', 'metrics', 0, 'provider', 'web', 'jsonBody', 'window') } } } }],
      },
    },
    { lineWidth: -1 },
  );
  return [
    '# Rollout agent, in a next version of its canary trait',
    ...text.trimEnd().split('\n'),
    '# AnalysisTemplate canary-judge, in a next version of analysis-judge',
    ...template.trimEnd().split('\n'),
  ];
};
