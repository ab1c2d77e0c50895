/** One reason why a source is not looked into any further. */
export interface ScanProblem {
  /** `limit`: it may be well formed, but it is too large to look at. */
  readonly kind: 'malformed' | 'limit';
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to write instead, as a sentence. */
  readonly solution: string;
}

/** Finds lines and columns of offsets in one text. */
export const placeIn = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
};
