import { createHash } from 'node:crypto';
import { GateError, isGateError } from '#model/errors.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest, RenderCache, RenderedRoot, Renderer, Snapshot } from '#model/ports.ts';
import { runPool } from '#util/pool.ts';
import type { ClosureGraph } from './closure.ts';

/** Lays files of a snapshot out on disk and says where. */
type Layout = (snapshot: Snapshot, files: Iterable<string>) => string;

export interface RenderRequest {
  readonly snapshot: Snapshot;
  readonly graph: ClosureGraph;
  readonly roots: readonly Root[];
}

export interface RenderTools {
  readonly renderer: Renderer;
  readonly cache: RenderCache;
  readonly layout: Layout;
  /** How many roots are built at once. */
  readonly width: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called when the first root is to be built: something is new, so that later stages can get ready as well. */
  readonly onBuild?: () => void;
  /** Filled in while rendering, for the report. */
  readonly counters: { rendered: number; fromCache: number };
}

/** What decides the output of one root: its files, the tool and its flags. */
export const renderKey = (root: Root, { snapshot, graph }: Omit<RenderRequest, 'roots'>, renderer: Renderer): string => {
  const hash = createHash('sha256').update(`${renderer.version}\n${root.path}\n`);
  for (const file of [...graph.closureOf(root.path).files].sort()) hash.update(`${file}\0${snapshot.files.get(file)?.id ?? ''}\n`);
  return hash.digest('hex');
};

/**
 * Renders roots, from the cache where their content is known.
 * @throws GateError when a root does not render or renders nothing: no evidence is no pass.
 */
export const renderRoots = async (request: RenderRequest, tools: RenderTools): Promise<RenderedRoot[]> => {
  const keyed = request.roots.map((root) => ({ root, key: renderKey(root, request, tools.renderer) }));
  const found = new Map<string, readonly Manifest[]>();
  const missing = keyed.filter(({ key }) => {
    const objects = tools.cache.get(key);
    const isUsable = objects !== undefined && objects.length > 0;
    if (isUsable) found.set(key, objects);
    return !isUsable;
  });
  tools.counters.fromCache += found.size;
  tools.counters.rendered += missing.length;
  if (missing.length > 0) await buildMissing(request, missing, tools, found);
  return keyed.map(({ root, key }) => ({ root, objects: found.get(key) ?? [] }));
};

const buildMissing = async (
  request: RenderRequest,
  missing: readonly { root: Root; key: string }[],
  tools: RenderTools,
  found: Map<string, readonly Manifest[]>,
): Promise<void> => {
  tools.onBuild?.();
  const files = new Set(missing.flatMap(({ root }) => [...request.graph.closureOf(root.path).files]));
  const directory = tools.layout(request.snapshot, files);
  let done = 0;
  await runPool(missing, tools.width, async ({ root, key }) => {
    const objects = await buildOne(request, directory, root, tools.renderer);
    tools.cache.put(key, objects);
    found.set(key, objects);
    tools.onProgress?.(++done, missing.length);
  });
};

const buildOne = async (request: RenderRequest, directory: string, root: Root, renderer: Renderer): Promise<readonly Manifest[]> => {
  try {
    const objects = await renderer.build(directory, root.path);
    if (objects.length > 0) return objects;
  } catch (error) {
    if (!isGateError(error) || error.code !== 'GATE_RENDER_FAILED') throw error;
    throw (
      brokenSource(request, root) ??
      new GateError(error.code, error.fault, `${error.message} (${request.snapshot.label})`, { hint: error.hint, cause: error.cause })
    );
  }
  throw new GateError('GATE_RENDERED_NOTHING', 'undecided', `${root.path} renders no object (${request.snapshot.label})`, {
    hint: 'A root that declares nothing can not be judged.',
  });
};

/** When kustomize failed because a source file is not YAML, say which file and line: that is the author's to mend. */
const brokenSource = ({ graph }: RenderRequest, root: Root): GateError | undefined => {
  const problems = graph.sourcesOf(root.path).flatMap(([file]) => graph.scanOf(file).problems.map((p) => `${file}:${p.line}:${p.column}: ${p.message}`));
  if (problems.length === 0) return undefined;
  return new GateError('GATE_MALFORMED', 'usage', problems.join('\n'), { hint: 'Mend the YAML.' });
};
