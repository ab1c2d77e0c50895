import type { Root } from './policy.ts';

export interface FileEntry {
  /** Git blob id: equal ids mean equal bytes. */
  readonly id: string;
  readonly type: 'file' | 'symlink' | 'submodule';
}

/** The files of the repository at one revision, or in the working tree. Paths are relative, with `/`. */
export interface Snapshot {
  /** Short name for people: a commit or `working tree`. */
  readonly label: string;
  readonly files: ReadonlyMap<string, FileEntry>;
  /** Loads many files at once; later reads of them cost nothing. */
  prefetch(paths: Iterable<string>): void;
  /** Bytes of one file. Throws GateError when the snapshot has no such file. */
  read(path: string): Buffer;
}

/** One rendered Kubernetes object, as kustomize printed it. */
export type Manifest = Readonly<Record<string, unknown>>;

export interface RenderedRoot {
  readonly root: Root;
  readonly objects: readonly Manifest[];
}

/** Turns one root, laid out on disk below `directory`, into objects. */
export interface Renderer {
  /** Identity of the tool and its flags: part of every cache key. */
  readonly version: string;
  build(directory: string, path: string): Promise<readonly Manifest[]>;
}

/** Where rendered objects are kept between runs, by content key. */
export interface RenderCache {
  get(key: string): readonly Manifest[] | undefined;
  put(key: string, objects: readonly Manifest[]): void;
}
