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
  /**
   * What `find` says, which follows from the content of one file alone; a snapshot that remembers asks only once for each content.
   * @param about names the question; the answer is plain JSON
   */
  recall?<T>(about: string, path: string, find: () => T): T;
}

/** Files as they stood at commits that came before. */
export interface PastFiles {
  /** Text of a file; null where the commit has none, undefined where the commit is none of those that came before, or the clone has not got it. */
  textAt(commit: string, file: string): string | null | undefined;
}

/** Answers about the contents of files, kept between runs. */
export interface SourceMemo {
  /** @param id of the blob that the answer follows from */
  recall<T>(about: string, id: string, find: () => T): T;
}

/** Asks a snapshot that may remember. */
export const recalled = <T>(snapshot: Snapshot, about: string, path: string, find: () => T): T =>
  snapshot.recall === undefined ? find() : snapshot.recall(about, path, find);

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
