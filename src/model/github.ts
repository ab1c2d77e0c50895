/** One place of a check run, in GitHub's own words; it is shown beside the line. Lines count from 1. */
export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly raw_details?: string;
}

/** What a check run says about one commit. */
export interface CheckRun {
  readonly name: string;
  /** Full id of the commit that was judged. */
  readonly headSha: string;
  /** The same for every run over the same input: a second run updates, it does not add. */
  readonly externalId: string;
  readonly conclusion: 'success' | 'failure';
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly Annotation[];
}

export interface PullRequest {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly headSha: string;
  readonly baseSha: string;
  /** The commit that GitHub made to try the merge; null while it has none. */
  readonly mergeSha: string | null;
}

/** Whether something was made anew or an older one was brought up to date. */
export interface Published {
  readonly id: number;
  readonly created: boolean;
}

/** The part of GitHub that the gate talks to. Every failure is a GateError: undecided, never silence. */
export interface GitHub {
  pullRequest(number: number): Promise<PullRequest>;
  /** Creates or updates the one check run with this name and external id; all annotations, page by page, the conclusion last. */
  publishCheck(run: CheckRun): Promise<Published>;
  /** Hands findings to code scanning; `sarif` is gzipped, base64. Uploading the same again replaces it. */
  uploadSarif(upload: { readonly sha: string; readonly ref: string; readonly sarif: string }): Promise<void>;
  /** Creates or updates the one comment of ours that starts with `marker`. */
  publishComment(pull: number, marker: string, body: string): Promise<Published>;
}
