import { loadAll } from 'js-yaml';
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';

export type Key = string | number;

interface Span {
  readonly line: number;
  readonly endLine: number;
}

interface Positions {
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

/**
 * A YAML text of a source file: the whole file, or a patch written inside a kustomization. Values come from the quick
 * parser; lines, which only a culprit needs, from the one that keeps them.
 */
export class SourceText {
  readonly file: string;
  readonly text: string;
  /** Where the text stands when it is part of another: lines before it, or the only line when its own lines are lost. */
  readonly #place: () => { readonly before: number; readonly only: boolean };
  /** The kustomization that holds this text as a scalar, for whoever edits it. */
  readonly holder: { readonly text: SourceText; readonly path: readonly Key[] } | undefined;
  #values: readonly unknown[] | undefined;
  #positions: Positions | undefined;

  constructor(file: string, text: string, place = () => ({ before: 0, only: false }), holder?: SourceText['holder']) {
    this.file = file;
    this.text = text;
    this.#place = place;
    this.holder = holder;
  }

  /** The documents; none when the quick parser can not read the text. */
  get values(): readonly unknown[] {
    this.#values ??= this.#load();
    return this.#values ?? [];
  }

  /** Could the quick parser read it, and is it of a size that sources have? */
  get isReadable(): boolean {
    return this.values.length > 0 || this.text.trim() === '';
  }

  #load(): readonly unknown[] {
    try {
      const values = loadAll(this.text);
      return isModest(values) ? values : [];
    } catch {
      return [];
    }
  }

  /** The scalar at `path` of the first document, as a text of its own with lines of this file. */
  inner(path: readonly Key[], text: string): SourceText {
    const place = () => {
      const node = this.#nodeAt(0, path);
      const isLiteral = isScalar(node) && node.type === 'BLOCK_LITERAL';
      const line = isNode(node) && node.range ? this.#lineOf(node.range[0]) : this.span(0, path).line;
      return isLiteral ? { before: line, only: false } : { before: line - 1, only: true };
    };
    return new SourceText(this.file, text, place, { text: this, path });
  }

  /** One line of a file that is no YAML, counted from 0. */
  plain(line: number): SourceText {
    return new SourceText(this.file, this.text, () => ({ before: line, only: true }));
  }

  /** Lines of the value at `path`, from its key on; those of its nearest parent where it does not exist. */
  span(document: number, path: readonly Key[]): Span {
    const { before, only } = this.#place();
    if (only) return { line: before + 1, endLine: before + 1 };
    const parsed = this.#parsed().documents[document];
    let node: unknown = parsed?.contents;
    let start = startOf(node) ?? 0;
    for (const key of path) {
      const next = childOf(resolved(node, parsed), key);
      if (next === undefined) break;
      start = next.offset ?? start;
      node = next.node;
    }
    const line = this.#lineOf(start);
    return { line, endLine: Math.max(line, this.#lineOf(endOf(node) ?? start)) };
  }

  /** A copy of the text without the value at `path`; undefined when there is no such value. */
  without(document: number, path: readonly Key[]): string | undefined {
    const documents = parseAllDocuments(this.text);
    if (!Array.isArray(documents)) return undefined;
    const target = documents[document];
    if (target === undefined || !target.deleteIn([...path])) return undefined;
    return documents.map((d) => String(d)).join('');
  }

  /** A copy of the text with another scalar at `path` of the first document. */
  withScalar(path: readonly Key[], scalar: string): string {
    const [document] = this.#fresh();
    document?.setIn([...path], scalar);
    return String(document);
  }

  #fresh(): readonly Document.Parsed[] {
    const documents = parseAllDocuments(this.text);
    return Array.isArray(documents) ? documents : [];
  }

  #nodeAt(document: number, path: readonly Key[]): unknown {
    const parsed = this.#parsed().documents[document];
    return path.reduce<unknown>((node, key) => childOf(resolved(node, parsed), key)?.node, parsed?.contents);
  }

  #parsed(): Positions {
    if (this.#positions === undefined) {
      const lines = new LineCounter();
      const documents = parseAllDocuments(this.text, { lineCounter: lines, prettyErrors: false });
      this.#positions = { documents: Array.isArray(documents) ? documents : [], lines };
    }
    return this.#positions;
  }

  #lineOf(offset: number): number {
    return this.#parsed().lines.linePos(offset).line + this.#place().before;
  }
}

const [mostValues, deepest] = [200_000, 200];

/** Aliases can unfold a short text into millions of values, or into a circle; no source of a fleet is like that. */
const isModest = (values: readonly unknown[]): boolean => {
  const open: { value: unknown; depth: number }[] = values.map((value) => ({ value, depth: 0 }));
  for (let seen = 0; open.length > 0; seen++) {
    const next = open.pop();
    if (seen > mostValues || (next?.depth ?? 0) > deepest) return false;
    if (typeof next?.value !== 'object' || next.value === null) continue;
    for (const value of Object.values(next.value)) open.push({ value, depth: next.depth + 1 });
  }
  return true;
};

const startOf = (node: unknown): number | undefined => (isNode(node) ? (node.range?.[0] ?? undefined) : undefined);

/** Offset of the last character of a value; a block ends before the line break that closes it. */
const endOf = (node: unknown): number | undefined => (isNode(node) && node.range ? Math.max(node.range[0], node.range[1] - 1) : undefined);

const resolved = (node: unknown, document: Document.Parsed | undefined): unknown => (isAlias(node) && document ? node.resolve(document) : node);

const childOf = (node: unknown, key: Key): { node: unknown; offset: number | undefined } | undefined => {
  if (isMap(node)) {
    const pair = node.items.find((p) => isPair(p) && String((p.key as { value?: unknown } | null)?.value ?? p.key) === String(key));
    return pair && { node: pair.value, offset: startOf(pair.key) };
  }
  if (isSeq(node) && typeof key === 'number' && node.items[key] !== undefined) return { node: node.items[key], offset: startOf(node.items[key]) };
  return undefined;
};
