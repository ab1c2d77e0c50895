import { loadOf } from '#forecast/load.ts';
import { runScenario } from '#forecast/run-scenario.ts';
import { scenarios } from '#forecast/scenario.ts';
import { isRollout, readSubject } from '#forecast/subject.ts';
import { renderFleet } from '../support/rendered-fleet.ts';
import { figure, heading, repeat } from './figures.ts';

const replications = 3000;

/** A canary that writes, one that reads and one behind a route, each under all scenarios. */
const rehearsed = ['mro-optimizer', 'anomaly-detector', 'api-gateway-agent'];

/** Time of 30 scenarios of 3,000 replications each, and how many simulations they needed. */
export const benchRehearsal = async (): Promise<void> => {
  const paths = rehearsed.map((agent) => `agents/${agent}/rings/w5/region`);
  const { fleet, roots } = await renderFleet((root) => paths.includes(root));
  const subjects = roots.flatMap(({ root, objects }) => {
    const agent = fleet.agents.get(root.agent ?? '');
    const load = agent && loadOf(fleet, agent, root);
    const rollout = objects.find(isRollout);
    const subject = load && rollout && readSubject(rollout, objects, load, '1.10');
    if (subject === undefined || !('spec' in subject)) throw new Error(`${root.path} can not be rehearsed`);
    return [subject];
  });
  heading(`${subjects.length * scenarios.length} scenarios, ${replications} rehearsals of each, on one core`);
  let simulated = 0;
  const times = await repeat(3, async () => {
    const start = performance.now();
    simulated = 0;
    for (const subject of subjects) for (const scenario of scenarios) simulated += runScenario(subject, scenario, replications, 'bench').simulated;
    return (performance.now() - start) / 1000;
  });
  figure('all of them', times, 's', 10);
  process.stdout.write(`  simulations of the controller that they needed: ${simulated} of ${subjects.length * scenarios.length * replications}\n`);
};
