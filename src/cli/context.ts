import { availableParallelism } from 'node:os';
import path from 'node:path';
import { engineKey } from '#adapters/engine-key.ts';
import { checkoutLabel, commitSnapshot, mergeBase, repositoryRoot, resolveCommit, type SnapshotMemory, worktreeSnapshot } from '#adapters/git.ts';
import { createKustomize } from '#adapters/kustomize.ts';
import { createMemoryCache, createRenderCache } from '#adapters/render-cache.ts';
import { createScratch, type Scratch } from '#adapters/scratch.ts';
import { type KeptMemo, openMemo } from '#adapters/source-memo.ts';
import { toolPath, toolsKey } from '#adapters/tools.ts';
import type { Engine } from '#gate/settle.ts';
import { engineFolders, isEngineFile } from '#guard/areas.ts';
import { GateError } from '#model/errors.ts';
import { recalled, type Snapshot, type SourceMemo } from '#model/ports.ts';
import type { RenderTools } from '#render/render.ts';

/** Folder of the engine itself: its tools and caches live there, whatever repository it judges. */
export const engineRoot = path.resolve(import.meta.dirname, '../..');

export interface RevisionOptions {
  readonly base?: string | undefined;
  readonly head?: string | undefined;
}

export interface Revisions {
  readonly repository: string;
  readonly base: Snapshot;
  /** Full id of the base. */
  readonly baseCommit: string;
  readonly head: Snapshot;
  /** True when nobody named a base and nothing differs from it. */
  readonly unchanged: boolean;
}

const baseCandidates = ['main', 'origin/main'] as const;

/** Head is the working tree unless named; base is where it left main unless named. */
export const resolveRevisions = (directory: string, options: RevisionOptions, memo?: SourceMemo): Revisions => {
  const repository = repositoryRoot(directory);
  const headName = options.head ?? 'HEAD';
  const baseCommit = options.base === undefined ? defaultBase(repository, headName) : commitOf(repository, options.base);
  const blobs = new Map<string, Buffer>();
  const head = headSnapshot(repository, options.head, { blobs, memo });
  const base = shareReads(commitSnapshot(repository, baseCommit, { blobs, memo }), head);
  return { repository, base, baseCommit, head, unchanged: options.base === undefined && sameFiles(base, head) };
};

/** The working tree, or the commit that somebody named. */
export const headSnapshot = (repository: string, head: string | undefined, memory: SnapshotMemory = {}): Snapshot =>
  head === undefined ? worktreeSnapshot(repository, memory.memo) : commitSnapshot(repository, commitOf(repository, head), memory);

/** Files that base and head have in common are read once, from the side that needs no git process. */
const shareReads = (base: Snapshot, head: Snapshot): Snapshot => {
  const isShared = (path: string): boolean => head.files.get(path)?.id === base.files.get(path)?.id && base.files.has(path);
  return {
    label: base.label,
    files: base.files,
    prefetch: (paths) => {
      const all = [...paths];
      head.prefetch(all.filter(isShared));
      base.prefetch(all.filter((path) => !isShared(path)));
    },
    read: (path) => (isShared(path) ? head.read(path) : base.read(path)),
    recall: (about, path, find) => recalled(base, about, path, find),
  };
};

/** What earlier runs of this engine found out about files. */
export const engineMemo = (): KeptMemo => openMemo(path.join(engineRoot, '.cache', 'sources'), runningEngineKey());

let knownKey: string | undefined;

/** Key of the engine that runs; its programs do not change under it. */
export const runningEngineKey = (): string => {
  knownKey ??= engineKey(engineRoot);
  return knownKey;
};

const commitOf = (repository: string, revision: string): string => {
  const commit = resolveCommit(repository, revision);
  if (commit !== undefined) return commit;
  throw new GateError('GATE_NO_REVISION', 'usage', `there is no revision ${revision}`, { hint: 'Name a branch, tag or commit that this clone has.' });
};

const defaultBase = (repository: string, head: string): string => {
  for (const candidate of baseCandidates) {
    const base = mergeBase(repository, candidate, head);
    if (base !== undefined) return base;
  }
  if (head !== 'HEAD') commitOf(repository, head);
  throw new GateError('GATE_NO_REVISION', 'usage', `this clone has no ${baseCandidates.join(' or ')} to compare with`, {
    hint: 'Name the base: --base <revision>.',
  });
};

const sameFiles = (a: Snapshot, b: Snapshot): boolean => a.files.size === b.files.size && [...a.files].every(([name, { id }]) => b.files.get(name)?.id === id);

export interface RenderSetup {
  readonly tools: RenderTools;
  readonly scratch: Scratch;
}

export interface RenderSetupOptions {
  readonly cache: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

export const createRenderSetup = ({ cache, onProgress }: RenderSetupOptions): RenderSetup => {
  const cacheRoot = path.join(engineRoot, '.cache');
  const scratch = createScratch(path.join(cacheRoot, 'scratch'));
  const tools: RenderTools = {
    renderer: createKustomize(toolPath(engineRoot, 'gate', 'kustomize'), toolsKey(engineRoot, 'gate').slice(0, 16)),
    cache: cache ? createRenderCache(path.join(cacheRoot, 'renders')) : createMemoryCache(),
    layout: scratch.layout,
    width: availableParallelism(),
    counters: { rendered: 0, fromCache: 0 },
    ...(onProgress ? { onProgress } : {}),
  };
  return { tools, scratch };
};

/** The engine that runs here: its files are compared only when a change edits the engine. */
export const runningEngine = (): Engine => {
  let files: ReadonlyMap<string, string> | undefined;
  const own = (): ReadonlyMap<string, string> => {
    files ??= engineFilesOf(worktreeSnapshot(engineRoot));
    return files;
  };
  const isThatOf = (snapshot: Snapshot): boolean => {
    const theirs = engineFilesOf(snapshot);
    return theirs.size === own().size && [...theirs].every(([name, id]) => own().get(name) === id);
  };
  return {
    label: checkoutLabel(engineRoot, engineFolders),
    sideOf: (base, head) => (isThatOf(base) ? 'base' : isThatOf(head) ? 'change' : 'other'),
  };
};

const engineFilesOf = ({ files }: Snapshot): Map<string, string> => new Map([...files].flatMap(([name, { id }]) => (isEngineFile(name) ? [[name, id]] : [])));
