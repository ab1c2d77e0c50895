import { openSchemas } from '#adapters/schemas.ts';
import { certifyUnit } from '#certify/certify.ts';
import type { CertifiedUnit, CertifySide } from '#certify/unit.ts';
import type { Agent } from '#model/agent.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Manifest } from '#model/ports.ts';
import { formatPath } from '#util/manifest.ts';
import { repository } from './policy-cases.ts';
import { renderFleet } from './rendered-fleet.ts';
import { treeSnapshot } from './tree-snapshot.ts';

// biome-ignore lint/suspicious/noExplicitAny: edits reach into manifests of many kinds, and a wrong path fails the story
export type Tree = Record<string, any>;

/** Edits a copy of what kustomize rendered: the first object of one of the kinds, or the whole list. */
export type Edit = (of: (...kinds: string[]) => Tree, objects: Tree[]) => void;

export interface CertifyCase {
  readonly unit?: string;
  readonly base?: Edit;
  readonly head?: Edit;
  /** Changes of the facts of the agent on both sides, and on the head alone. */
  readonly agent?: { readonly [field in keyof Agent]?: Agent[field] | undefined };
  readonly headAgent?: Partial<Agent>;
  readonly config?: Partial<Fleet['config']>;
  readonly releases?: readonly [from: string, to: string];
  readonly newClusters?: readonly string[];
  readonly applications?: readonly Manifest[];
}

export type HazardCase = readonly [hazard: string, story: string, made: CertifyCase, expected: readonly string[]];

const writer = 'agents/mro-optimizer/rings/w3/region';
export const voter = 'agents/queen-coordinator/rings/w0/hub';
export const gateway = 'agents/api-gateway-agent/rings/w0/hub';

export const newImage: Edit = (of) => {
  of('Rollout', 'StatefulSet')['spec'].template.spec.containers[0].image = `registry.norvik.example/agents/other@sha256:${'0'.repeat(64)}`;
};

/** Adds an object beside the others. */
export const add =
  (object: Tree): Edit =>
  (_of, objects) => {
    objects.push({ ...object, metadata: { namespace: objects[0]?.['metadata'].name, name: 'added', ...object['metadata'] } });
  };

/** Says what is known about one hazard, as `verdict direction subject path`, over real renders of three agents. */
export const openCertifier = async (): Promise<(hazard: string, made: CertifyCase) => string[]> => {
  const schemas = openSchemas(repository);
  const { fleet, roots } = await renderFleet((path) => [writer, voter, gateway].includes(path));
  return (hazard, made) => {
    const rendered = roots.find(({ root }) => root.path === (made.unit ?? writer));
    if (!rendered) throw new Error(`${made.unit} is not rendered`);
    const { root, objects } = rendered;
    const clusters = [...fleet.clusters.values()].filter((c) => c.wave === root.ring && c.tier === root.tier).map((c) => c.name);
    const applications = (made.applications ?? []).map((object) => ({ root: `clusters/${clusters[0]}`, object }));
    const unit: CertifiedUnit = {
      root,
      base: edited(objects, made.base),
      head: edited(objects, made.head),
      clusters,
      newClusters: made.newClusters ?? [],
      applications: { base: applications, head: applications },
    };
    const sideOf = (side: 0 | 1): CertifySide => ({
      fleet: changedFleet(fleet, root.agent ?? '', root.ring ?? '', made, side),
      snapshot: treeSnapshot({}),
    });
    return certifyUnit(unit, { base: sideOf(0), head: sideOf(1), schemas, units: [unit] })
      .results.filter((result) => result.hazard === hazard)
      .map(({ verdict, direction, subject = '', path = [] }) => `${verdict} ${direction} ${nameOf(subject)} ${formatPath(path)}`.trim());
  };
};

/** A file as it is; of an object its kind. */
const nameOf = (subject: string): string => (/\.yaml$|^agents\//.test(subject) ? subject : (subject.split('/').at(-3) ?? subject));

const edited = (objects: readonly Manifest[], edit: Edit | undefined): Manifest[] => {
  const copy: Tree[] = structuredClone([...objects]);
  const of = (...kinds: string[]): Tree => {
    const found = copy.find((object) => kinds.includes(object['kind']));
    if (!found) throw new Error(`no ${kinds.join(' or ')} is rendered`);
    return found;
  };
  edit?.(of, copy);
  return copy as Manifest[];
};

const changedFleet = (fleet: Fleet, name: string, ring: string, made: CertifyCase, side: 0 | 1): Fleet => {
  const [known, pinned] = [fleet.agents.get(name), fleet.pins.get(name)];
  const pin = pinned?.get(ring as never);
  if (!known || !pinned || !pin) throw new Error(`${name} is not pinned in ${ring}`);
  const agent = { ...known, ...made.agent, ...(side === 1 ? made.headAgent : {}) } as Agent;
  const release = made.releases?.[side] ?? pin.release;
  return {
    ...fleet,
    config: { ...fleet.config, ...made.config },
    agents: new Map([...fleet.agents, [name, agent]]),
    pins: new Map([...fleet.pins, [name, new Map([...pinned, [ring as never, { ...pin, release }]])]]),
  };
};
