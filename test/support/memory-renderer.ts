import { GateError } from '#model/errors.ts';
import type { Manifest, RenderCache, Renderer } from '#model/ports.ts';
import type { RenderTools } from '#render/render.ts';

/** Renders from a table of results; remembers what it was asked to build. */
export const memoryRenderer = (results: Readonly<Record<string, readonly Manifest[] | Error>>): Renderer & { readonly built: string[] } => {
  const built: string[] = [];
  return {
    version: 'memory 1',
    built,
    build: async (_directory, path) => {
      built.push(path);
      const result = results[path];
      if (result === undefined) throw new GateError('GATE_RENDER_FAILED', 'undecided', `could not build ${path}`, { hint: 'Mend it.' });
      if (result instanceof Error) throw result;
      return result;
    },
  };
};

export const memoryCache = (): RenderCache & { readonly entries: Map<string, readonly Manifest[]> } => {
  const entries = new Map<string, readonly Manifest[]>();
  return { entries, get: (key) => entries.get(key), put: (key, objects) => void entries.set(key, objects) };
};

/** Tools whose layout only notes which files it was given. */
export const memoryTools = (renderer: Renderer, cache: RenderCache = memoryCache()): RenderTools & { readonly laidOut: string[][] } => {
  const laidOut: string[][] = [];
  return {
    renderer,
    cache,
    laidOut,
    layout: (_snapshot, files) => {
      laidOut.push([...files].sort());
      return 'memory';
    },
    width: 2,
    counters: { rendered: 0, fromCache: 0 },
  };
};
