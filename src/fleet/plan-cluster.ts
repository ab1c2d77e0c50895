import { type Cluster, clusterSchema, type Ring, rings } from '#model/cluster.ts';
import { GateError } from '#model/errors.ts';
import { type Fleet, runsOn } from '#model/fleet.ts';
import { factsText } from '#util/facts-text.ts';
import { parseFacts } from '#util/source-yaml.ts';
import { clusterFile } from './edit-cluster.ts';
import { pinFiles } from './scaffold-agent.ts';

const schemaNote = '# yaml-language-server: $schema=../../docs/schemas/cluster.schema.json\n';

/** The release of a ring on which a later one starts. */
export type ChooseRelease = (agent: string, ring: Ring) => string;

/** Files of a new cluster: its facts, and pins for agents that its ring has not run until now. Pure. */
export const planNewCluster = (fleet: Fleet, spec: Readonly<Record<string, unknown>>, choose: ChooseRelease): Map<string, string> => {
  const facts = {
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'cluster', annotations: { 'config.kubernetes.io/local-config': 'true' } },
    spec,
  };
  const path = clusterFile(String(spec['name']));
  const text = schemaNote + factsText(facts);
  const cluster = parseFacts(path, text, clusterSchema).spec;
  if (fleet.clusters.has(cluster.name))
    throw new GateError('GATE_EXISTS', 'usage', `clusters/${cluster.name} exists already`, { hint: 'Choose another name.' });
  if (cluster.tier !== 'hub' && fleet.clusters.get(cluster.hub)?.tier !== 'hub') {
    throw new GateError('GATE_MALFORMED', 'usage', `${path}: hub ${cluster.hub} is no hub of this fleet`, { hint: 'Name a cluster of tier hub.' });
  }
  return new Map([[path, text], ...missingPins(fleet, cluster, choose)]);
};

/** A new cluster may need an agent that its ring does not pin yet: it starts on a release of the nearest earlier ring. */
const missingPins = (fleet: Fleet, cluster: Cluster, choose: ChooseRelease): [string, string][] =>
  [...fleet.agents.values()].flatMap((agent) => {
    const pins = fleet.pins.get(agent.name);
    if (agent.placement[cluster.tier] === undefined || !runsOn(agent, cluster) || pins?.has(cluster.wave)) return [];
    const ring = earlierRings(cluster.wave).find((r) => pins?.has(r) === true);
    return ring === undefined ? [] : [...pinFiles(agent.name, cluster.wave, choose(agent.name, ring))];
  });

const earlierRings = (ring: Ring): Ring[] => rings.slice(0, rings.indexOf(ring)).reverse();
