import { constructFromEvents, type Event, load } from 'js-yaml';
import { isMap, isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';

/** A place in a source file; line and column count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface SourceProblem extends SourcePlace {
  readonly message: string;
}

export const formatPlace = (place: SourcePlace): string => `${place.file}:${place.line}:${place.column}`;

/**
 * A YAML document that can say on which line a value stands. Values come from the quick parser; positions, which only an
 * error message needs, from the one that keeps them (measured on sources of this repository: 10 times slower).
 */
export class SourceDocument {
  readonly file: string;
  readonly value: unknown;
  readonly problems: readonly SourceProblem[];
  readonly #text: string;
  #positions: { readonly document: ReturnType<typeof parseDocument>; readonly lines: LineCounter } | undefined;

  /** @param events of the text, where somebody has them already: exactly one document. */
  constructor(file: string, text: string, events?: readonly Event[]) {
    this.file = file;
    this.#text = text;
    try {
      this.value = events === undefined ? load(text) : oneDocument(constructFromEvents([...events], { source: text }));
      this.problems = [];
    } catch (error) {
      this.value = undefined;
      this.problems = this.#explain(error);
    }
  }

  /** Line of the value at `path`, or of its nearest existing parent. */
  placeOf(path: readonly PropertyKey[]): SourcePlace {
    let node: unknown = this.#parsed().document.contents;
    let offset = startOf(node) ?? 0;
    for (const key of path) {
      const next = childOf(node, key);
      if (next === undefined) break;
      offset = next.offset ?? offset;
      node = next.node;
    }
    return this.#place(offset);
  }

  #parsed() {
    if (this.#positions === undefined) {
      const lines = new LineCounter();
      this.#positions = { document: parseDocument(this.#text, { lineCounter: lines, prettyErrors: false }), lines };
    }
    return this.#positions;
  }

  #explain(error: unknown): SourceProblem[] {
    const found = this.#parsed().document.errors.map((e) => ({ ...this.#place(e.pos[0]), message: e.message }));
    if (found.length > 0) return found;
    const { mark, reason } = error as { mark?: { line: number; column: number }; reason?: string };
    return [{ file: this.file, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, message: reason ?? messageOf(error) }];
  }

  #place(offset: number): SourcePlace {
    const { line, col } = this.#parsed().lines.linePos(offset);
    return { file: this.file, line, column: col };
  }
}

const oneDocument = (documents: readonly unknown[]): unknown => {
  if (documents.length === 1) return documents[0];
  throw new Error(documents.length === 0 ? 'holds nothing' : 'holds more than one document');
};

const startOf = (node: unknown): number | undefined => (isNode(node) ? (node.range?.[0] ?? undefined) : undefined);

const childOf = (node: unknown, key: PropertyKey): { node: unknown; offset: number | undefined } | undefined => {
  if (isMap(node)) {
    const pair = node.items.find((p) => isPair(p) && String((p.key as { value?: unknown }).value ?? p.key) === String(key));
    return pair && { node: pair.value, offset: startOf(pair.key) };
  }
  if (isSeq(node) && typeof key === 'number' && node.items[key] !== undefined) {
    return { node: node.items[key], offset: startOf(node.items[key]) };
  }
  return undefined;
};

/**
 * Reads one facts file strictly.
 * @throws GateError GATE_MALFORMED naming file, line and column of every problem.
 */
export const parseFacts = <T extends z.ZodType>(file: string, text: string, schema: T): z.infer<T> => {
  const document = new SourceDocument(file, text);
  const syntax = document.problems.map((p) => `${formatPlace(p)}: ${p.message}`);
  if (syntax.length > 0) throw malformed(file, syntax);
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  throw malformed(
    file,
    result.error.issues.map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      return `${formatPlace(document.placeOf(path))}: ${issue.path.join('.') || '(top)'}: ${issue.message}`;
    }),
  );
};

const malformed = (file: string, lines: readonly string[]): GateError =>
  new GateError('GATE_MALFORMED', 'usage', lines.join('\n'), { hint: `Mend ${file}; the fields and their meaning are in docs/schemas/.` });
