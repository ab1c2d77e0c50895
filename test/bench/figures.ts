/** How a figure of the benchmark is taken and printed. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const repeat = async <T>(n: number, work: (run: number) => T | Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let i = 0; i < n; i++) results.push(await work(i));
  return results;
};

/** One line: what, how often, median, all values, and whether a budget is met. */
export const figure = (what: string, values: readonly number[], unit: string, budget?: number): number => {
  const mid = median(values);
  const verdict = budget === undefined ? '' : `  budget ${budget} ${unit}: ${mid <= budget ? 'met' : 'MISSED'}`;
  process.stdout.write(`${what.padEnd(66)} n=${values.length}  median ${mid.toFixed(2)} ${unit}  (${values.map((v) => v.toFixed(2)).join(' ')})${verdict}\n`);
  return mid;
};

export const ratio = (what: string, theirs: number, ours: number, target?: number): void => {
  const value = theirs / ours;
  const verdict = target === undefined ? '' : `  target ${target}: ${value >= target ? 'met' : 'MISSED'}`;
  process.stdout.write(`  ratio ${what}: ${value.toFixed(2)}${verdict}\n`);
};

export const heading = (text: string): void => void process.stdout.write(`\n${text}\n`);
