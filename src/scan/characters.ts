import { budgets } from './budgets.ts';
import { placeIn, type ScanProblem } from './problem.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Characters that make a text mean something else than it shows: controls, the line ends that only YAML 1.1 knows (NEL, U+2028,
 * U+2029), spaces that are none (NBSP), what has no width, what turns the reading direction, the byte order mark, half a surrogate pair.
 */
const deceptive =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/u;

/** Most sources hold nothing else, and this is ten times quicker to see than what they must not hold. */
const isPlainText = (text: string): boolean => !/[^\t\n\x20-\x7e]/.test(text);

/** The first such character of a text, with its offset. */
export const deceptiveCharacter = (text: string): { readonly offset: number; readonly name: string } | undefined => {
  const found = isPlainText(text) ? null : deceptive.exec(text);
  if (!found) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { offset: found.index, name: `U+${code}` };
};

/** The text of a source, or the first reason why it has none that every tool reads alike. */
export const readText = (bytes: Uint8Array): { readonly text: string; readonly problem?: ScanProblem } => {
  if (bytes.length > budgets.fileBytes) return { text: '', problem: tooLarge(bytes.length) };
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { text: '', problem: { kind: 'malformed', ...badByte(bytes), message: 'is not UTF-8', solution: 'Save it as UTF-8.' } };
  }
  const problem = characterProblem(text);
  return problem === undefined ? { text } : { text, problem };
};

/** The first character that no source may hold. */
const characterProblem = (text: string): ScanProblem | undefined => {
  if (isPlainText(text)) return undefined;
  const found = deceptiveCharacter(text);
  if (found) return { kind: 'malformed', ...placeIn(text, found.offset), message: `holds the character ${found.name}`, solution: solutionFor(found.name) };
  const lonely = /\r(?!\n)/.exec(text);
  if (lonely) return { kind: 'malformed', ...placeIn(text, lonely.index), message: 'ends a line with CR alone', solution: 'End lines with LF.' };
  return undefined;
};

const solutionFor = (name: string): string =>
  name === 'U+FEFF' ? 'Save it without a byte order mark.' : 'Remove it: it shows nothing, and tools read it in different ways.';

const tooLarge = (size: number): ScanProblem => ({
  kind: 'limit',
  line: 1,
  column: 1,
  message: `has ${size} bytes, more than ${budgets.fileBytes}`,
  solution: 'Split it.',
});

/** Where the first byte stands that is no UTF-8: everything before it decodes. */
const badByte = (bytes: Uint8Array): { line: number; column: number } => {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const before = Buffer.from(bytes.subarray(0, good)).toString('latin1');
  return placeIn(before, before.length);
};

const isPrefix = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};
