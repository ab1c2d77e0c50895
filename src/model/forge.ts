/** Contents of files by path, `/` between folders. */
export type FileBytes = ReadonlyMap<string, Buffer>;

export interface CommitRequest {
  /** The commit that it comes after; all other files stay as they are there. */
  readonly parent: string;
  /** New contents; a file that is not there yet is made. Nothing is taken away. */
  readonly files: FileBytes;
  readonly message: string;
  /** Author's and committer's time, instant in UTC: the same request makes the same commit. */
  readonly at: string;
}

/** A file that differs between two commits. */
export interface FileChange {
  readonly path: string;
  /** `modified` only where it stays a plain file. */
  readonly status: 'added' | 'modified' | 'other';
  /** Git's id of the new content. */
  readonly blob: string;
}

/**
 * A Git repository elsewhere. Nobody needs a working tree of it. Two writers meet only in `move`, which is a compare and set; whatever
 * else they do can not be seen on a branch.
 */
export interface GitRemote {
  /** Full id of the last commit of a branch; null where there is no such branch. */
  tip(branch: string): Promise<string | null>;
  /** Files of a commit: those named, and all below the folders named (with `/` at their end). What is not there is not in the answer. */
  read(commit: string, wanted: readonly string[]): Promise<FileBytes>;
  /** The newest commit, from this one back, that changed a file; null where none did. */
  lastChange(commit: string, path: string): Promise<string | null>;
  /** The commit that a commit comes after on its branch; null for the first. */
  parent(commit: string): Promise<string | null>;
  /** What a branch with this head would bring to a base, counted from where it left it: no more than what a merge would show. */
  changes(base: string, head: string): Promise<readonly FileChange[]>;
  /** Makes a commit that no branch holds yet, and returns its id. */
  commit(request: CommitRequest): Promise<string>;
  /** Lets a branch name `to`, if it names `from` until then (null: if it is not there). False: it names something else. */
  move(branch: string, from: string | null, to: string): Promise<boolean>;
}

/** One pull request, as far as promotions look at it. */
export interface PullState {
  readonly number: number;
  readonly state: 'open' | 'closed';
  /** The commit that it became on the base; null where it was not merged. */
  readonly mergedAs: string | null;
  readonly mergedAt: string | null;
  /** Branch that it comes from; null when that is in another repository. */
  readonly branch: string | null;
  readonly headSha: string;
  /** Branch that it is to go into. */
  readonly base: string;
  /** Numeric id of the account that opened it. */
  readonly author: number;
  readonly title: string;
  readonly body: string;
}

export interface PullText {
  readonly title: string;
  readonly body: string;
}

/** What one account said last about one commit of a pull request. */
export interface Review {
  /** Numeric id of the account; null for one that is gone. */
  readonly author: number | null;
  readonly state: string;
  /** The commit that the review is about. */
  readonly commit: string | null;
}

/** One check of one commit. */
export interface CheckState {
  readonly name: string;
  /** Name of the App that posted it, as in its address; null where GitHub does not say. */
  readonly app: string | null;
  /** `success`, or any other word, or null while it runs. */
  readonly conclusion: string | null;
}

/** A check that a head must have passed; with `app` only when that App posted it. */
export interface RequiredCheck {
  readonly name: string;
  readonly app?: string | undefined;
}

/** Pull requests; what they change is told by Git, which needs no request and is never late. Every failure is a GateError: undecided, never silence. */
export interface Forge {
  openPulls(base: string): Promise<readonly PullState[]>;
  /** Closed ones, the newest first; at least all that were touched since this instant. */
  closedPulls(base: string, since: string): Promise<readonly PullState[]>;
  /** Opens one, or returns the open one of this branch. */
  openPull(branch: string, base: string, text: PullText): Promise<PullState>;
  rewritePull(number: number, text: PullText): Promise<void>;
  closePull(number: number, text: PullText): Promise<void>;
  reviews(number: number): Promise<readonly Review[]>;
  checks(sha: string): Promise<readonly CheckState[]>;
  /** Merges as one commit, if its head is still this commit and its base still takes it; returns the commit, or null with the reason told. */
  mergePull(number: number, headSha: string, text: PullText): Promise<{ readonly commit: string | null; readonly reason: string }>;
}
