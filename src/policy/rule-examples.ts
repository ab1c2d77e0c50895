/** The part of an example file that is judged alone. */
export interface ExamplePart {
  /** What the heading `# denied: why` says. */
  readonly why: string;
  /** Line on which the part begins, counted from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

const heading = /^# (?:allowed|denied): (.+)$/;

/** Splits an example file at its headings. `shared` are the lines above the first: they hold for all parts. Pure. */
export const splitExamples = (text: string): { readonly shared: readonly string[]; readonly parts: readonly ExamplePart[] } => {
  const lines = text.replace(/\n$/, '').split('\n');
  const starts = lines.flatMap((line, at) => (heading.test(line) ? [at] : []));
  const parts = starts.map((start, i) => ({ why: heading.exec(lines[start] ?? '')?.[1] ?? '', line: start + 1, lines: lines.slice(start + 1, starts[i + 1]) }));
  return { shared: lines.slice(0, starts[0] ?? lines.length), parts };
};
