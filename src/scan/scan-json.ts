import type { ScanProblem } from './problem.ts';

/** YAML parsers take more for JSON than JSON is: comments, a comma too many, NaN. */
export const jsonProblem = (text: string): ScanProblem | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return { kind: 'malformed', line: 1, column: 1, message: 'is not JSON', solution: 'Mend the syntax, or name the file .yaml.' };
  }
};
