import { parser } from '@prometheus-io/lezer-promql';
import { type Column, columnOf, type SyntaxNode } from './query-node.ts';
import { typeOfQuery } from './query-type.ts';
import type { Selector } from './selectors.ts';
import { selectorsIn } from './selectors.ts';

/** What a PromQL query asks for, as far as it can be known without running it. */
export interface Query {
  /** `matrix` reaches a condition as all samples in one list. */
  readonly shape: 'scalar' | 'vector' | 'matrix';
  /** At most one series can come back: an aggregation without grouping, and what is computed from such. */
  readonly isSingle: boolean;
  readonly selectors: readonly Selector[];
  /** Labels that results are grouped or matched by. */
  readonly groupings: readonly string[];
}

interface QueryError extends Column {
  readonly message: string;
}

export type QueryReading = { readonly query: Query } | { readonly error: QueryError };

/** Reads a query whose placeholders are filled in. Lines and columns are counted from 1. */
export const readQuery = (text: string): QueryReading => {
  const top = parser.parse(text).topNode;
  const broken = firstBroken(top);
  if (broken)
    return {
      error: { ...columnOf(text, broken.from), message: `PromQL does not parse at ${JSON.stringify(text.slice(broken.from, broken.from + 12).trimEnd())}` },
    };
  const expression = top.firstChild;
  if (expression === null || text.trim() === '') return { error: { line: 1, column: 1, message: 'the query is empty' } };
  const type = typeOfQuery(expression, text);
  if ('message' in type) return { error: { ...columnOf(text, type.at), message: type.message } };
  const { shape, isSingle } = type;
  if (shape === 'string') return { error: { line: 1, column: 1, message: 'the query gives a text, which the controller does not take' } };
  const groupings: string[] = [];
  top.cursor().iterate((node) => {
    if (node.name === 'GroupingLabels') groupings.push(...node.node.getChildren('LabelName').map((label) => text.slice(label.from, label.to)));
  });
  return { query: { shape, isSingle, selectors: selectorsIn(top, text), groupings } };
};

const firstBroken = (top: SyntaxNode): SyntaxNode | undefined => {
  let found: SyntaxNode | undefined;
  top.cursor().iterate((node) => {
    if (node.type.isError) found ??= node.node;
  });
  return found;
};
