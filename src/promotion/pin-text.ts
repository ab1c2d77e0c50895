import { isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** Edits of YAML text by the places of its values, so that comments and layout stay. Callers read the result back. */
type Place = readonly (string | number)[];

interface Span {
  readonly from: number;
  readonly to: number;
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const spanAt = (text: string, place: Place): Span | undefined => {
  const node = parseDocument(text).getIn(place, true);
  return isNode(node) && node.range ? { from: node.range[0], to: node.range[1] } : undefined;
};

/** Does the source of a patch contain a text exactly once? */
export const hasPatch = (text: string, index: number, part: string): boolean => {
  const span = spanAt(text, ['patches', index, 'patch']);
  return span !== undefined && text.slice(span.from, span.to).split(part).length === 2;
};

/** The text with the last occurrence of `from` inside one value replaced; unchanged when it is not there. */
export const replaceValue = (text: string, place: Place, from: string, to: string): string => {
  const span = spanAt(text, place);
  const at = span === undefined ? -1 : text.slice(span.from, span.to).lastIndexOf(from);
  if (span === undefined || at < 0) return text;
  return text.slice(0, span.from + at) + to + text.slice(span.from + at + from.length);
};

/** The text with one more item at the start of `patches` (the end of a list may be text that keeps its blank lines), which is made when there is none. */
export const insertPatch = (text: string, lines: readonly string[]): string => {
  const root = parseDocument(text).contents;
  if (!isMap(root)) return text;
  const patches = root.get('patches', true);
  if (isSeq(patches) && patches.items.length > 0) {
    const eol = text.indexOf('\n', keyStart(root, 'patches'));
    return insertLines(text, eol + 1, indented(lines, columnOf(text, patches.range?.[0] ?? 0)));
  }
  return insertLines(text, text.length, indented(['patches:', ...indented(lines, 2)], columnOf(text, root.range?.[0] ?? 0)));
};

/** The text without one item of `patches`, and without the key when that was its only item. */
export const cutPatch = (text: string, index: number): string => {
  const root = parseDocument(text).contents;
  const patches = isMap(root) ? root.get('patches', true) : undefined;
  const item = isSeq(patches) ? patches.items[index] : undefined;
  if (!isMap(root) || !isSeq(patches) || !isNode(item)) return text;
  const from = patches.items.length === 1 ? keyStart(root, 'patches') : itemStart(patches, index);
  return cutLines(text, from, lastLine(text, item.range));
};

const keyStart = (map: YAMLMap, key: string): number => {
  const pair = map.items.find((p) => isScalar(p.key) && p.key.value === key);
  return isNode(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0;
};

const itemStart = (seq: YAMLSeq, index: number): number => {
  const item = seq.items[index];
  return isNode(item) ? (item.range?.[0] ?? 0) : 0;
};

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

const indented = (lines: readonly string[], by: number): string[] => lines.map((line) => ' '.repeat(by) + line);

/** Offset after the last line with content of a value, line end included. */
const lastLine = (text: string, range: readonly [number, number, number] | null | undefined): number => {
  const end = (range?.[0] ?? 0) + text.slice(range?.[0] ?? 0, range?.[1] ?? 0).trimEnd().length;
  const eol = text.indexOf('\n', end);
  return eol < 0 ? text.length : eol + 1;
};

/** A text that ends without a line end goes on ending without one, so that a cut can give it back exactly. */
const insertLines = (text: string, at: number, lines: readonly string[]): string => {
  const eol = eolOf(text);
  const block = lines.join(eol);
  const isOpen = at === text.length && at > 0 && !text.endsWith('\n');
  return isOpen ? text + eol + block : text.slice(0, at) + block + eol + text.slice(at);
};

const cutLines = (text: string, from: number, to: number): string => {
  const start = from - columnOf(text, from);
  const isOpen = to === text.length && !text.endsWith('\n');
  return isOpen ? text.slice(0, start).replace(/\r?\n$/, '') : text.slice(0, start) + text.slice(to);
};
