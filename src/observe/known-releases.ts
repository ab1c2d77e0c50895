import { isGateError } from '#model/errors.ts';
import type { Root } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { withPin } from '#promotion/pin-file.ts';
import { ClosureGraph, type ParseCache } from '#render/closure.ts';
import { type RenderTools, renderRoots } from '#render/render.ts';
import { overlaySnapshot } from '#util/overlay-snapshot.ts';
import { type KnownReleases, type ReleaseSignature, releaseSignature } from './signature.ts';

/** What Argo CD syncs of one agent: its folder in one ring and tier. */
export interface Unit {
  readonly agent: string;
  readonly ring: string;
  readonly tier: string;
}

export const unitPath = ({ agent, ring, tier }: Unit): string => `agents/${agent}/rings/${ring}/${tier}`;

/** Releases that the repository has, by agent. */
const releasesOf = (snapshot: Snapshot): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const file of snapshot.files.keys()) {
    const [, agent, release] = /^agents\/([^/_][^/]*)\/releases\/([^/]+)\/kustomization\.yaml$/.exec(file) ?? [];
    if (agent !== undefined && release !== undefined) found.set(agent, [...(found.get(agent) ?? []), release]);
  }
  return found;
};

/**
 * Renders each unit with each release of its agent, as if the pin named it, and keeps what tells the releases apart. A release that
 * does not render for a unit is not known there, and whatever would run it is unknown.
 * @returns by path of the unit
 */
export const renderKnownReleases = async (snapshot: Snapshot, units: readonly Unit[], tools: RenderTools): Promise<Map<string, KnownReleases>> => {
  const releases = releasesOf(snapshot);
  const known = new Map<string, Map<string, ReleaseSignature>>(units.map((unit) => [unitPath(unit), new Map()]));
  const rounds = Math.max(0, ...units.map(({ agent }) => releases.get(agent)?.length ?? 0));
  const parsed: ParseCache = new Map();
  for (let round = 0; round < rounds; round++) {
    const chosen = units.flatMap((unit) => {
      const release = releases.get(unit.agent)?.[round];
      return release === undefined ? [] : [{ unit, release }];
    });
    const rendered = await renderChosen(snapshot, chosen, tools, parsed);
    for (const { unit, release, signature } of rendered) known.get(unitPath(unit))?.set(release, signature);
  }
  return known;
};

interface Chosen {
  readonly unit: Unit;
  readonly release: string;
}

const renderChosen = async (
  snapshot: Snapshot,
  chosen: readonly Chosen[],
  tools: RenderTools,
  parsed: ParseCache,
): Promise<(Chosen & { signature: ReleaseSignature })[]> => {
  const pinned = pinnedSnapshot(snapshot, chosen);
  const graph = new ClosureGraph(pinned, parsed);
  const render = async (some: readonly Chosen[]): Promise<(Chosen & { signature: ReleaseSignature })[]> => {
    const rendered = await renderRoots({ snapshot: pinned, graph, roots: some.map(({ unit }) => rootOf(unit)) }, tools);
    return some.flatMap((choice, at) => {
      const signature = releaseSignature(rendered[at]?.objects ?? []);
      return signature === undefined ? [] : [{ ...choice, signature }];
    });
  };
  try {
    return await render(chosen);
  } catch (error) {
    if (!isGateError(error)) throw error;
    // One of them does not render: the others are still told apart, each on its own.
    const parts = await Promise.all(chosen.map((choice) => render([choice]).catch(noneIfGateError)));
    return parts.flat();
  }
};

const noneIfGateError = (error: unknown): [] => {
  if (isGateError(error)) return [];
  throw error;
};

const rootOf = (unit: Unit): Root => ({ path: unitPath(unit), kind: 'agent', ...unit });

/** The snapshot with other pins. */
const pinnedSnapshot = (snapshot: Snapshot, chosen: readonly Chosen[]): Snapshot =>
  overlaySnapshot(
    snapshot,
    new Map(
      chosen.map(({ unit: { agent, ring }, release }) => {
        const path = `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;
        return [path, withPin(snapshot.read(path).toString(), path, { release })] as const;
      }),
    ),
  );
