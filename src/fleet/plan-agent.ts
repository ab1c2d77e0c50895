import { parseDocument } from 'yaml';
import { type Agent, agentSchema } from '#model/agent.ts';
import { GateError } from '#model/errors.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Snapshot } from '#model/ports.ts';
import { factsText } from '#util/facts-text.ts';
import { parseFacts } from '#util/source-yaml.ts';
import { newestConfigs } from './generate-config.ts';
import { readFleetWith } from './read-fleet.ts';
import { configurationFiles, pinFiles, releaseFiles } from './scaffold-agent.ts';
import { unitsOf } from './units.ts';

const schemaNote = '# yaml-language-server: $schema=../../docs/schemas/agent.schema.json\n';

/** Files of a new agent: facts, first configuration and release, and its pin in the first ring only. Pure. */
export const planNewAgent = (fleet: Fleet, snapshot: Snapshot, facts: unknown, digest: string): Map<string, string> => {
  const text = schemaNote + factsText(facts);
  const name = typeof facts === 'object' && facts !== null && 'name' in facts ? String(facts.name) : '';
  const agent = parseFacts(`agents/${name}/agent.yaml`, text, agentSchema);
  if (fleet.agents.has(agent.name)) throw exists(`agents/${agent.name}`);
  const files = new Map([
    [`agents/${agent.name}/agent.yaml`, text],
    ...configurationFiles(agent, 1),
    ...releaseFiles(agent.name, '1.0.0', 1, digest),
    ...pinFiles(agent.name, 'w0', '1.0.0'),
  ]);
  const after = readFleetWith(snapshot, files);
  const runsInDev = unitsOf(after, agent.name, 'w0').length > 0;
  return runsInDev ? files.set('fleet.yaml', raisedCount(snapshot)) : files;
};

/** `fleet.yaml` with one more agent expected in dev; comments stay. */
const raisedCount = (snapshot: Snapshot): string => {
  const document = parseDocument(snapshot.read('fleet.yaml').toString());
  const path = ['expectedAgents', 'dev'];
  document.setIn(path, Number(document.getIn(path)) + 1);
  return document.toString();
};

/** The next configuration of an agent, from its facts as they are now, and a release of it. Nothing is pinned. Pure. */
export const planRevision = (fleet: Fleet, snapshot: Snapshot, name: string, version: string, digest: string): Map<string, string> => {
  const agent = fleet.agents.get(name) ?? unknown(name);
  const number = (newestConfigs(snapshot.files.keys()).get(name) ?? 0) + 1;
  if ([...snapshot.files.keys()].some((p) => p.startsWith(`agents/${name}/releases/${version}/`))) throw exists(`agents/${name}/releases/${version}`);
  return new Map([...revisedConfiguration(agent, number, snapshot), ...releaseFiles(name, version, number, digest)]);
};

/** Hand-made differences of the newest configuration travel on: only the parts that come from the facts are written anew. */
const revisedConfiguration = (agent: Agent, number: number, snapshot: Snapshot): Map<string, string> => {
  const from = `agents/${agent.name}/config/${number - 1}/`;
  const to = `agents/${agent.name}/config/${number}/`;
  const copied = [...snapshot.files.keys()]
    .filter((p) => p.startsWith(from))
    .map((p): [string, string] => [to + p.slice(from.length), snapshot.read(p).toString()]);
  const files = new Map(copied);
  for (const [path, content] of configurationFiles(agent, number)) {
    if (!path.endsWith('/kustomization.yaml') || !files.has(path)) files.set(path, content);
  }
  const kustomization = files.get(`${to}kustomization.yaml`) ?? '';
  return files.set(`${to}kustomization.yaml`, kustomization.replace(`# Configuration ${number - 1} of`, `# Configuration ${number} of`));
};

const exists = (path: string): GateError => new GateError('GATE_EXISTS', 'usage', `${path} exists already`, { hint: 'Choose another name or version.' });

const unknown = (name: string): never => {
  throw new GateError('GATE_NO_AGENT', 'usage', `there is no agent ${name}`, { hint: 'Agents are the folders of agents/.' });
};
