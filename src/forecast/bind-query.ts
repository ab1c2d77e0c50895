import { parser } from '@prometheus-io/lezer-promql';
import { isComparison, operands, operatorOf, type SyntaxNode, textOf } from '#analysis/query-node.ts';
import { selectorOf } from '#analysis/selectors.ts';
import { type Source, sourcesOf } from './event.ts';

/** What Prometheus would find at one moment. */
export interface Look {
  /** Events of the sources in the last seconds; undefined where none of them is scraped yet. */
  readonly count: (sources: readonly Source[], seconds: number) => number | undefined;
}

/** Value of an expression at one moment; undefined is an empty vector. */
type Expression = (look: Look) => number | undefined;

export interface BoundQuery {
  readonly value: Expression;
  /** All that the value can depend on. */
  readonly sources: readonly Source[];
}

/** A query while it is bound. */
interface Reading {
  readonly text: string;
  readonly sources: Source[];
}

/** Why the value of a query can not be forecast. */
export class Unbound extends Error {}

/**
 * Binds a query to what an agent counts. It knows sums of rates and increases, arithmetic, comparisons and set operators between them:
 * everything that gives at most one series without labels. `rate` and `increase` are taken without the extrapolation to the edges of the
 * range that Prometheus adds, which cancels in a ratio.
 * @param text with its arguments filled in
 * @throws Unbound for everything else
 */
export const bindQuery = (text: string): BoundQuery => {
  const expression = parser.parse(text).topNode.firstChild;
  if (expression === null) throw new Unbound('the query is empty');
  const reading: Reading = { text, sources: [] };
  return { value: bind(expression, reading), sources: reading.sources };
};

const bind = (node: SyntaxNode, reading: Reading): Expression => {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return constant(Number(textOf(node, reading.text)), textOf(node, reading.text));
    case 'ParenExpr':
      return bind(only(node, reading), reading);
    case 'UnaryExpr':
      return bindSigned(node, reading);
    case 'AggregateExpr':
      return bindSum(node, reading);
    case 'FunctionCall':
      return bindCall(node, reading);
    case 'BinaryExpr':
      return bindBinary(node, reading);
    default:
      throw new Unbound(`the value of ${shown(node, reading)} can not be forecast: one series for each pod, or an expression that is not modelled`);
  }
};

const shown = (node: SyntaxNode, reading: Reading): string => {
  const all = textOf(node, reading.text).replace(/\s+/g, ' ');
  return all.length > 60 ? `${all.slice(0, 57)}...` : all;
};

const constant = (value: number, text: string): Expression => {
  if (Number.isNaN(value)) throw new Unbound(`${text} is no plain number`);
  return () => value;
};

const only = (node: SyntaxNode, reading: Reading): SyntaxNode => {
  const [first, second] = operands(node);
  if (first === undefined || second !== undefined) throw new Unbound(`${shown(node, reading)} is not modelled`);
  return first;
};

const bindSigned = (node: SyntaxNode, reading: Reading): Expression => {
  const value = bind(only(node, reading), reading);
  if (!textOf(node, reading.text).startsWith('-')) return value;
  return (look) => mapped(value(look), (number) => -number);
};

const mapped = (value: number | undefined, change: (value: number) => number): number | undefined => (value === undefined ? undefined : change(value));

/** `sum(rate(x[2m]))` and `sum(increase(x[2m]))`; grouping would give several series. */
const bindSum = (node: SyntaxNode, reading: Reading): Expression => {
  const body = node.getChild('FunctionCallBody');
  if (textOf(node.getChild('AggregateOp'), reading.text) !== 'sum' || node.getChild('AggregateModifier') !== null || body === null)
    throw new Unbound(`of aggregations only sum without grouping is modelled, not ${shown(node, reading)}`);
  const call = only(body, reading);
  const name = call.name === 'FunctionCall' ? textOf(call.getChild('FunctionIdentifier'), reading.text) : '';
  const matrix = call.getChild('FunctionCallBody');
  if ((name !== 'rate' && name !== 'increase') || matrix === null)
    throw new Unbound(`of sums only those of rate and increase are modelled, not ${shown(node, reading)}`);
  const vector = only(matrix, reading).getChild('VectorSelector');
  const selector = vector === null ? undefined : selectorOf(vector, reading.text);
  if (selector?.range === undefined) throw new Unbound(`the range of ${shown(call, reading)} is computed`);
  const sources = sourcesOf(selector);
  if (typeof sources === 'string') throw new Unbound(sources);
  reading.sources.push(...sources);
  const { range } = selector;
  const scale = name === 'rate' ? 1 / range : 1;
  return (look) => mapped(look.count(sources, range), (count) => count * scale);
};

const bindCall = (node: SyntaxNode, reading: Reading): Expression => {
  const name = textOf(node.getChild('FunctionIdentifier'), reading.text);
  const body = node.getChild('FunctionCallBody');
  if (body === null || !/^(vector|scalar|absent)$/.test(name)) throw new Unbound(`the function ${name} is not modelled`);
  const value = bind(only(body, reading), reading);
  if (name === 'vector') return value;
  if (name === 'scalar') return (look) => value(look) ?? Number.NaN;
  return (look) => (value(look) === undefined ? 1 : undefined);
};

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  Add: (left, right) => left + right,
  Sub: (left, right) => left - right,
  Mul: (left, right) => left * right,
  Div: (left, right) => left / right,
};

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  Eql: (left, right) => left === right,
  Neq: (left, right) => left !== right,
  Gtr: (left, right) => left > right,
  Gte: (left, right) => left >= right,
  Lss: (left, right) => left < right,
  Lte: (left, right) => left <= right,
};

/** No series has labels here, so `on` and `ignoring` change nothing. */
const bindBinary = (node: SyntaxNode, reading: Reading): Expression => {
  const [first, second] = operands(node);
  const operator = operatorOf(node)?.name ?? '';
  if (first === undefined || second === undefined) throw new Unbound(`${shown(node, reading)} is not modelled`);
  const [left, right] = [bind(first, reading), bind(second, reading)];
  if (operator === 'And') return (look) => (right(look) === undefined ? undefined : left(look));
  if (operator === 'Unless') return (look) => (right(look) === undefined ? left(look) : undefined);
  if (operator === 'Or') return (look) => left(look) ?? right(look);
  const compare = comparisons[operator];
  if (compare && isComparison.test(operator))
    return bindComparison(compare, left, right, node.getChild('BoolModifier') !== null, first.name === 'NumberDurationLiteral');
  const compute = arithmetic[operator];
  if (compute === undefined) throw new Unbound(`the operator of ${shown(node, reading)} is not modelled`);
  return (look) => {
    const [a, b] = [left(look), right(look)];
    return a === undefined || b === undefined ? undefined : compute(a, b);
  };
};

/** A comparison keeps the vector's value where it holds; between a number and a vector that is the right one. */
const bindComparison = (
  compare: (left: number, right: number) => boolean,
  left: Expression,
  right: Expression,
  isBool: boolean,
  isLeftNumber: boolean,
): Expression => {
  return (look) => {
    const [a, b] = [left(look), right(look)];
    if (a === undefined || b === undefined) return undefined;
    if (isBool) return compare(a, b) ? 1 : 0;
    return compare(a, b) ? (isLeftNumber ? b : a) : undefined;
  };
};
