import type { z } from 'zod';
import { type Agent, agentSchema, type Tier, tiers } from '#model/agent.ts';
import { type Cluster, clusterSchema, type Ring, rings } from '#model/cluster.ts';
import { componentSchema } from '#model/component.ts';
import { GateError, isGateError } from '#model/errors.ts';
import { type Fleet, fleetSchema, type PinnedPlacement, type RingFacts, ringSchema } from '#model/fleet.ts';
import { freezeSchema } from '#model/freeze.ts';
import { metricContractSchema } from '#model/metric-contract.ts';
import { recalled, type Snapshot } from '#model/ports.ts';
import { type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { overlaySnapshot } from '#util/overlay-snapshot.ts';
import { parseFacts, SourceDocument } from '#util/source-yaml.ts';

const patterns = {
  agent: /^agents\/([^/_][^/]*)\/agent\.yaml$/,
  cluster: /^clusters\/([^/_][^/]*)\/cluster\.yaml$/,
  component: /^apps\/([^/_][^/]*)\/component\.yaml$/,
  ring: /^clusters\/_rings\/([^/]+)\/ring\.yaml$/,
  freeze: /^freezes\/([^/]+)\.yaml$/,
  pin: /^agents\/([^/]+)\/rings\/([^/]+)\/pin\/kustomization\.yaml$/,
};

const contractFile = 'contracts/metrics.yaml';

/** Reads all facts of the fleet at one snapshot. Throws GateError GATE_MALFORMED with file and line. */
export const readFleet = (snapshot: Snapshot): Fleet => {
  if (!snapshot.files.has('fleet.yaml')) {
    throw new GateError('GATE_NO_FLEET', 'usage', `${snapshot.label} has no fleet.yaml`, { hint: 'Run this in a ranfleet repository.' });
  }
  const problems: string[] = [];
  const agents = readNamed(snapshot, 'agent', agentSchema, (a) => a.name, problems);
  const clusters = readNamed(snapshot, 'cluster', clusterSchema, (c) => c.spec.name, problems);
  const components = readNamed(snapshot, 'component', componentSchema, (c) => c.name, problems);
  const freezes = readNamed(snapshot, 'freeze', freezeSchema, (f) => f.name, problems);
  const ringFacts = readNamed(snapshot, 'ring', ringSchema, (r) => r.name, problems) as Map<Ring, RingFacts>;
  if (problems.length > 0) {
    throw new GateError('GATE_MALFORMED', 'usage', problems.join('\n'), { hint: 'Mend the facts; their fields and meaning are in docs/schemas/.' });
  }
  return {
    config: recalled(snapshot, 'facts of a fleet', 'fleet.yaml', () => parseFacts('fleet.yaml', snapshot.read('fleet.yaml').toString(), fleetSchema)),
    agents,
    clusters: new Map([...clusters].map(([name, c]): [string, Cluster] => [name, c.spec])),
    components,
    rings: ringFacts,
    freezes,
    ...(snapshot.files.has(contractFile) ? { metrics: readContract(snapshot) } : {}),
    pins: readPins(snapshot, agents),
  };
};

const readContract = (snapshot: Snapshot): NonNullable<Fleet['metrics']> =>
  recalled(snapshot, 'metric contract', contractFile, () => parseFacts(contractFile, snapshot.read(contractFile).toString(), metricContractSchema));

/** The fleet as it would be with some files written. */
export const readFleetWith = (snapshot: Snapshot, files: ReadonlyMap<string, string>): Fleet => readFleet(overlaySnapshot(snapshot, files));

/** Facts by folder name. Problems of all files are gathered, so that one run tells everything that is to be mended. */
const readNamed = <T extends z.ZodType>(
  snapshot: Snapshot,
  kind: keyof typeof patterns,
  schema: T,
  nameOf: (facts: z.infer<T>) => string,
  problems: string[],
): Map<string, z.infer<T>> => {
  const found = new Map<string, z.infer<T>>();
  for (const path of [...snapshot.files.keys()].sort()) {
    const folder = patterns[kind].exec(path)?.[1];
    if (folder === undefined) continue;
    try {
      const facts = recalled(snapshot, `facts of a ${kind}`, path, () => parseFacts(path, snapshot.read(path).toString(), schema));
      if (nameOf(facts) === folder) found.set(folder, facts);
      else problems.push(`${path}: name is ${nameOf(facts)}, but the folder is ${folder}`);
    } catch (error) {
      if (!isGateError(error) || error.code !== 'GATE_MALFORMED') throw error;
      problems.push(error.message);
    }
  }
  return found;
};

const readPins = (snapshot: Snapshot, agents: ReadonlyMap<string, Agent>): Map<string, Map<Ring, PinnedPlacement>> => {
  const pins = new Map<string, Map<Ring, PinnedPlacement>>();
  const placements = new Map<string, PinnedPlacement>();
  for (const path of snapshot.files.keys()) {
    const [, agent, ring] = patterns.pin.exec(path) ?? [];
    if (agent === undefined || ring === undefined || !agents.has(agent)) continue;
    const release = recalled(snapshot, 'pinned release', path, () => pinnedRelease(snapshot, path));
    const key = `${agent}/${release}`;
    const placement = placements.get(key) ?? readPlacement(snapshot, agent, release, path);
    placements.set(key, placement);
    pins.set(agent, (pins.get(agent) ?? new Map<Ring, PinnedPlacement>()).set(asRing(ring, path), placement));
  }
  return pins;
};

const asRing = (ring: string, path: string): Ring => {
  const known = rings.find((r) => r === ring);
  if (known) return known;
  throw new GateError('GATE_MALFORMED', 'usage', `${path}: there is no ring ${ring}`, { hint: `Rings are ${rings.join(', ')}.` });
};

/** The release that a pin names: exactly one resource, `../../../releases/<version>`. */
const pinnedRelease = (snapshot: Snapshot, path: string): string => {
  const document = new SourceDocument(path, snapshot.read(path).toString());
  const { resources } = (document.value ?? {}) as { resources?: unknown };
  const first: unknown = Array.isArray(resources) && resources.length === 1 ? resources[0] : undefined;
  const version = typeof first === 'string' ? /^(?:\.\.\/)+releases\/([^/]+)$/.exec(first)?.[1] : undefined;
  if (version !== undefined) return version;
  const { line } = document.placeOf(['resources']);
  throw new GateError('GATE_MALFORMED', 'usage', `${path}:${line}: a pin names exactly one release`, {
    hint: 'Write one line under resources:, like ../../../releases/1.0.0',
  });
};

const readPlacement = (snapshot: Snapshot, agent: string, release: string, pin: string): PinnedPlacement => {
  const releaseFile = `agents/${agent}/releases/${release}/kustomization.yaml`;
  if (!snapshot.files.has(releaseFile)) {
    throw new GateError('GATE_MALFORMED', 'usage', `${pin}: release ${release} does not exist (${releaseFile})`, { hint: 'Pin a release that exists.' });
  }
  const config = recalled(snapshot, 'released configuration', releaseFile, () => configurationIn(snapshot.read(releaseFile).toString()));
  const placementFile = `agents/${agent}/config/${config}/placement.yaml`;
  const spec = snapshot.files.has(placementFile)
    ? recalled(snapshot, 'placement', placementFile, () => placementIn(placementFile, snapshot.read(placementFile).toString()))
    : null;
  if (spec === null) {
    throw new GateError('GATE_MALFORMED', 'usage', `${releaseFile}: names no configuration that has a placement.yaml`, {
      hint: 'A release is `resources: [../../config/<n>]` plus an image by digest.',
    });
  }
  const placedTiers = tiers.filter((t): t is Tier => t in spec);
  return { release, config, tiers: placedTiers, placed: Object.fromEntries(placedTiers.map((t) => [t, placedIn(spec[t], placementFile, t)])) };
};

const configurationIn = (release: string): string => /\.\.\/\.\.\/config\/(\d+)/.exec(release)?.[1] ?? '';

const placementIn = (file: string, text: string): Fields | null => {
  const spec = valueAt(new SourceDocument(file, text).value, 'spec');
  return isFields(spec) ? spec : null;
};

/** @throws GateError GATE_MALFORMED when the pods of a tier are not stated as the generator writes them. */
const placedIn = (value: unknown, file: string, tier: Tier): NonNullable<PinnedPlacement['placed'][Tier]> => {
  const [replicas, cpu, memory] = [valueAt(value, 'replicas'), textAt(value, 'cpu'), textAt(value, 'memory')];
  if (Number.isInteger(replicas) && /^\d+m$/.test(cpu) && /^\d+Mi$/.test(memory)) return { replicas: replicas as number, cpu, memory };
  throw new GateError('GATE_MALFORMED', 'usage', `${file}: spec.${tier} does not state replicas, cpu and memory`, {
    hint: 'Write them as the generator does: replicas: 2, cpu: 500m, memory: 1024Mi',
  });
};
