import type { Output } from '#cli/output.ts';

/** What a command printed and noted, without colour. */
export const memoryOutput = (): { readonly output: Output; readonly printed: () => string; readonly noted: () => string } => {
  const [printed, noted]: [string[], string[]] = [[], []];
  const note = (text: string): void => void noted.push(text);
  const paint = { bold: String, dim: String, red: String, green: String, yellow: String };
  return {
    output: { print: (text) => void printed.push(text), note, progress: () => {}, paint },
    printed: () => printed.join(''),
    noted: () => noted.join('\n'),
  };
};
