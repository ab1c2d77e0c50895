/** One issue of ours, as it should be or as it stands. */
export interface IssueText {
  /** First line of the body; decides which issue it is. */
  readonly marker: string;
  readonly title: string;
  readonly body: string;
}

export interface OpenIssue extends IssueText {
  readonly number: number;
}

/** Issues of one repository that this account opened. Every failure is a GateError: undecided, never silence. */
export interface IssueBoard {
  /** Those that are open, the oldest first. */
  open(): Promise<readonly OpenIssue[]>;
  /** Opens one, or finds that it is open already. */
  create(issue: IssueText): Promise<void>;
  update(number: number, issue: IssueText): Promise<void>;
  close(number: number): Promise<void>;
}
