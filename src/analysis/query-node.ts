import type { parser } from '@prometheus-io/lezer-promql';

export type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** A place in a query of several lines, both counted from 1. */
export interface Column {
  readonly line: number;
  readonly column: number;
}

export const columnOf = (text: string, at: number): Column => {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
};

/** Expressions among the children of a node: everything that has a value. */
export const operands = (node: SyntaxNode): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (isExpression.test(child.name)) found.push(child);
  return found;
};

const isExpression = /^(.*Expr|FunctionCall|MatrixSelector|VectorSelector|NumberDurationLiteral|StringLiteral)$/;
