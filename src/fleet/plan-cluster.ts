import { stringify } from 'yaml';
import { type Cluster, clusterSchema, type Ring, rings } from '#model/cluster.ts';
import { GateError } from '#model/errors.ts';
import { type Fleet, runsOn } from '#model/fleet.ts';
import { parseFacts } from '#util/source-yaml.ts';
import { pinFiles } from './scaffold-agent.ts';

const schemaNote = '# yaml-language-server: $schema=../../docs/schemas/cluster.schema.json\n';

/** Files of a new cluster: its facts, and pins for agents that its ring has not run until now. Pure. */
export const planNewCluster = (fleet: Fleet, spec: Readonly<Record<string, unknown>>): Map<string, string> => {
  const facts = {
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'cluster', annotations: { 'config.kubernetes.io/local-config': 'true' } },
    spec,
  };
  const path = `clusters/${String(spec['name'])}/cluster.yaml`;
  const text = schemaNote + stringify(facts, { lineWidth: 0 });
  const cluster = parseFacts(path, text, clusterSchema).spec;
  if (fleet.clusters.has(cluster.name))
    throw new GateError('GATE_EXISTS', 'usage', `clusters/${cluster.name} exists already`, { hint: 'Choose another name.' });
  if (cluster.tier !== 'hub' && fleet.clusters.get(cluster.hub)?.tier !== 'hub') {
    throw new GateError('GATE_MALFORMED', 'usage', `${path}: hub ${cluster.hub} is no hub of this fleet`, { hint: 'Name a cluster of tier hub.' });
  }
  return new Map([[path, text], ...missingPins(fleet, cluster)]);
};

/** A new cluster may need an agent that its ring does not pin yet: it starts on the release of the nearest earlier ring. */
const missingPins = (fleet: Fleet, cluster: Cluster): [string, string][] =>
  [...fleet.agents.values()].flatMap((agent) => {
    const pins = fleet.pins.get(agent.name);
    if (agent.placement[cluster.tier] === undefined || !runsOn(agent, cluster) || pins?.has(cluster.wave)) return [];
    const release = earlierRings(cluster.wave)
      .map((ring) => pins?.get(ring)?.release)
      .find((r) => r !== undefined);
    return release === undefined ? [] : [...pinFiles(agent.name, cluster.wave, release)];
  });

const earlierRings = (ring: Ring): Ring[] => rings.slice(0, rings.indexOf(ring)).reverse();
