import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RehearsalReport, RolloutForecast } from '#model/forecast.ts';
import { FleetClone } from '../support/fleet-clone.ts';

const release = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../config/1
images:
  - name: agent
    newName: registry.norvik.example/agents/mro-optimizer
    digest: sha256:${createHash('sha256').update('mro-optimizer 1.0.1').digest('hex')}
`;
const facts = 'agents/mro-optimizer/agent.yaml';
const promoted = 'agents/mro-optimizer/rings/w3/region';

describe('the rehearsal of a rollout', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => {
    fleet.branch();
    fleet.write('agents/mro-optimizer/releases/1.0.1/kustomization.yaml', release);
    fleet.replace('agents/mro-optimizer/rings/w3/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.0.1');
  });
  afterAll(() => fleet.close());

  test('stands in the report of a change that starts one, with what it rests on', () => {
    const { report } = fleet.gate();
    const [rehearsal, ...others] = report?.rehearsals ?? [];
    expect(others).toEqual([]);
    expect([rehearsal?.agent, rehearsal?.cluster, rehearsal?.roots]).toEqual([
      'mro-optimizer',
      'prd-region-se-north-01',
      ['agents/mro-optimizer/rings/w3/region'],
    ]);
    expect(rehearsal?.forecast).toMatchObject({ cells: 420, decisionsPerHour: 53_760, canaryShare: 0.05, replications: 1000, seesFrom: 20 });
    expect(rehearsal?.forecast.scenarios.map(({ name }) => name)).toHaveLength(10);
    // Twice the errors pass nearly always, and twenty times nearly never.
    const shareOf = (name: string) => rehearsal?.forecast.scenarios.find((one) => one.name === name)?.promoted.share ?? -1;
    expect(shareOf('errors-2x')).toBeGreaterThan(0.4);
    expect(shareOf('errors-20x')).toBe(0);
    expect(shareOf('metric-outage')).toBe(0);
  });

  test('denies a writer that does not see errors double and does not say so, at the line that sets its steps', () => {
    fleet.replace(facts, /\n {2}blindSpot:\n {4}because: .*\n/.exec(fleet.read(facts))?.[0] ?? '', '\n');
    const { exitCode, report } = fleet.gate();
    const found = report?.findings.filter(({ code, roots }) => code === 'rehearsal.blind_spot' && roots.includes(promoted)) ?? [];
    expect(exitCode).toBe(1);
    expect(found.map(({ effect, standing, message, blame }) => [effect, standing, message, blame?.culprit.file])).toEqual([
      [
        'deny',
        undefined,
        expect.stringMatching(/^\d+ of 100 rollouts abort when errors double; the smallest rise that 80 of 100 abort on is 20x$/),
        'agents/_traits/canary-write/v1/strategy.yaml',
      ],
    ]);
  });

  test('denies a declaration that promises more than is seen', () => {
    fleet.replace(facts, '  blindSpot:\n', '  blindSpot:\n    seesFrom: 5\n');
    const found = fleet.gate().report?.findings.filter(({ code, roots }) => code === 'rehearsal.blind_spot' && roots.includes(promoted)) ?? [];
    expect(found.map(({ effect, message }) => [effect, message])).toEqual([
      ['deny', 'agent.yaml declares that its canary sees errors rise by 5x; the smallest rise that 80 of 100 rollouts abort on is 20x'],
    ]);
  });

  test('judges all roots of an agent whose agent.yaml alone says something else', () => {
    fleet.branch();
    fleet.replace(facts, /\n {2}blindSpot:\n {4}because: .*\n/.exec(fleet.read(facts))?.[0] ?? '', '\n');
    const { exitCode, report } = fleet.gate();
    const found = report?.findings.filter(({ code }) => code === 'rehearsal.blind_spot') ?? [];
    expect([exitCode, report?.changes, report?.files.map((f) => f.path)]).toEqual([1, [], [facts]]);
    expect(found.map((f) => [f.effect, f.standing])).toEqual(found.map(() => ['deny', undefined]));
    expect([...new Set(found.flatMap((f) => f.roots))].map((root) => root.split('/')[3]).sort()).toEqual(['w0', 'w1', 'w3', 'w4', 'w5', 'w6a', 'w6b']);
  });

  test('leaves out an agent whose agent.yaml changes in nothing that a rehearsal follows from', () => {
    fleet.branch();
    fleet.replace(facts, 'Corrects handovers', 'Mends handovers');
    const { exitCode, report } = fleet.gate();
    expect([exitCode, report?.rehearsals]).toEqual([0, undefined]);
  });

  test('the command prints every scenario, and JSON with the curves', () => {
    const text = fleet.run(['rehearse', 'mro-optimizer', '--ring', 'w3', '--replications', '200']);
    expect([text.exitCode, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('errors 20x, no metrics from minute 5 to 25');
    expect(text.stdout).toContain('To see errors double takes 18308 decisions of the canary');
    const json = fleet.run(['rehearse', 'mro-optimizer', '--ring', 'w3', '--replications', '200', '--scenario', 'errors-20x', '--json']);
    const { rehearsals } = JSON.parse(json.stdout) as { rehearsals: RehearsalReport<RolloutForecast>[] };
    const [scenario, ...others] = rehearsals[0]?.forecast.scenarios ?? [];
    expect([scenario?.name, others.length, rehearsals.length]).toEqual(['errors-20x', 0, 1]);
    expect(scenario?.abortedBy.at(-1)).toBeCloseTo(scenario?.aborted.share ?? -1, 4);
    expect(Math.max(...(scenario?.exposure ?? []))).toBeLessThanOrEqual(0.05);
  });

  test.each([
    [['rehearse', 'nobody'], 'there is no agent nobody'],
    [['rehearse', 'mro-optimizer', '--scenario', 'rain'], 'there is no scenario rain'],
    [['rehearse', 'mro-optimizer', '--replications', '0'], 'no number from 1'],
    [['rehearse', 'mro-optimizer', '--ring', 'w9'], 'has no root in ring w9'],
  ])('%s is a usage error that says what there is', (args, message) => {
    const { exitCode, stderr } = fleet.run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
