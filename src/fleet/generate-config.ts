import { stringify } from 'yaml';
import type { Agent } from '#model/agent.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Snapshot } from '#model/ports.ts';

/** The newest configuration number of each agent that has one. */
export const newestConfigs = (paths: Iterable<string>): Map<string, number> => {
  const newest = new Map<string, number>();
  for (const path of paths) {
    const [, agent = '', number = '0'] = /^agents\/([^/]+)\/config\/(\d+)\//.exec(path) ?? [];
    if (agent) newest.set(agent, Math.max(newest.get(agent) ?? 0, Number(number)));
  }
  return newest;
};

/** The part of each agent's facts that travels with its newest configuration: placement and run-time settings. */
export const configFiles = (fleet: Fleet, snapshot: Snapshot): Map<string, string> => {
  const newest = newestConfigs(snapshot.files.keys());
  const files = new Map<string, string>();
  for (const agent of fleet.agents.values()) {
    const number = newest.get(agent.name);
    if (number === undefined) continue;
    files.set(`agents/${agent.name}/config/${number}/placement.yaml`, placementText(agent));
    const file = `agents/${agent.name}/config/${number}/runtime.yaml`;
    // A configuration that was frozen before agents declared how they undo what they write stays as it is.
    const isOlder = snapshot.files.has(file) && !/^compensation:/m.test(snapshot.read(file).toString());
    files.set(file, runtimeText(isOlder ? { ...agent, compensation: undefined } : agent));
  }
  return files;
};

const note = '# From agent.yaml by `npm run generate`; frozen once merged, then `ranfleet agent revise` makes the next configuration.\n';

/** Numbers that the tier components put into the workload; never applied to a cluster itself. */
export const placementText = (agent: Agent): string =>
  note +
  stringify({
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Placement',
    metadata: { name: 'placement', annotations: { 'config.kubernetes.io/local-config': 'true' } },
    spec: {
      agent: agent.name,
      ...agent.placement,
      ...(agent.scaling ? { maxReplicas: agent.scaling.maxReplicas } : {}),
      ...(agent.volume ? { volume: agent.volume.size } : {}),
    },
  });

/** What the agent reads at start; it becomes a hashed, immutable ConfigMap. */
export const runtimeText = (agent: Agent): string =>
  note +
  stringify(
    {
      agent: agent.name,
      group: agent.group,
      tier: agent.tier,
      cycleSeconds: 900,
      conflictGroup: agent.conflictGroup,
      inputs: agent.inputs,
      writes: agent.writes,
      ...(agent.compensation ? { compensation: agent.compensation } : {}),
      ...(agent.requires ? { requires: agent.requires } : {}),
      ...(agent.consensus ? { consensus: agent.consensus } : {}),
      ...(agent.arbitration ? { arbitration: agent.arbitration } : {}),
      canary: agent.canary,
      slos: agent.slos,
    },
    { lineWidth: 0 },
  );
