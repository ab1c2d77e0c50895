import { operands, type SyntaxNode } from './query-node.ts';

type Shape = 'scalar' | 'vector' | 'matrix' | 'string';

interface QueryType {
  readonly shape: Shape;
  readonly isSingle: boolean;
}

interface TypeError {
  readonly at: number;
  readonly message: string;
}

type Typed = QueryType | TypeError;

const scalar: QueryType = { shape: 'scalar', isSingle: true };

/** Type of a query by the rules of Prometheus, or the first place that breaks them. */
export const typeOfQuery = (node: SyntaxNode, text: string): Typed => {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return scalar;
    case 'StringLiteral':
      return { shape: 'string', isSingle: true };
    case 'VectorSelector':
      return { shape: 'vector', isSingle: false };
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return { shape: 'matrix', isSingle: false };
    case 'AggregateExpr':
      return aggregate(node, text);
    case 'FunctionCall':
      return call(node, text);
    case 'BinaryExpr':
      return binary(node, text);
    default:
      // Parentheses, signs, offsets and times change nothing.
      return inner(node, text);
  }
};

const inner = (node: SyntaxNode, text: string): Typed => {
  const [only] = operands(node);
  return only === undefined ? { at: node.from, message: `${node.name} is not known` } : typeOfQuery(only, text);
};

const shown = (shape: Shape): string => (shape === 'matrix' ? 'a range' : shape === 'vector' ? 'a vector' : `a ${shape}`);

/** Aggregations that leave many series even without grouping. */
const keepsSeries = /^(topk|bottomk|count_values|limitk|limit_ratio)$/;

const aggregate = (node: SyntaxNode, text: string): Typed => {
  const args = typesOf(node.getChild('FunctionCallBody'), text);
  if ('message' in args) return args;
  const last = args.types.at(-1);
  const name = slice(node.getChild('AggregateOp'), text).toLowerCase();
  if (last?.shape !== 'vector') return { at: node.from, message: `${name} aggregates a vector${last ? `, not ${shown(last.shape)}` : ''}` };
  return { shape: 'vector', isSingle: last.isSingle || (node.getChild('AggregateModifier') === null && !keepsSeries.test(name)) };
};

const slice = (node: SyntaxNode | null, text: string): string => (node === null ? '' : text.slice(node.from, node.to));

const takesRange = /^(rate|increase|irate|delta|idelta|deriv|changes|resets|predict_linear|double_exponential_smoothing|.*_over_time)$/;
const givesScalar = new Set(['scalar', 'time', 'pi']);
const givesOne = new Set(['vector', 'absent', 'absent_over_time']);

const call = (node: SyntaxNode, text: string): Typed => {
  const name = slice(node.getChild('FunctionIdentifier'), text);
  const args = typesOf(node.getChild('FunctionCallBody'), text);
  if ('message' in args) return args;
  const hasRange = args.types.some(({ shape }) => shape === 'matrix');
  if (takesRange.test(name) && !hasRange) return { at: node.from, message: `${name} needs a range, like [2m]` };
  if (!takesRange.test(name) && hasRange) return { at: node.from, message: `${name} does not take a range` };
  if (givesScalar.has(name)) return scalar;
  const vectors = args.types.filter(({ shape }) => shape === 'vector' || shape === 'matrix');
  return { shape: 'vector', isSingle: givesOne.has(name) || (vectors.length > 0 && vectors.every(({ isSingle }) => isSingle)) };
};

const typesOf = (body: SyntaxNode | null, text: string): { readonly types: readonly QueryType[] } | TypeError => {
  const types: QueryType[] = [];
  for (const operand of body === null ? [] : operands(body)) {
    const type = typeOfQuery(operand, text);
    if ('message' in type) return type;
    types.push(type);
  }
  return { types };
};

const isComparison = /^(Eql|Neq|Gtr|Gte|Lss|Lte)$/;
const isSetOperator = /^(And|Or|Unless)$/;

const binary = (node: SyntaxNode, text: string): Typed => {
  const sides = typesOf(node, text);
  if ('message' in sides) return sides;
  const [left, right] = sides.types;
  const operator = operatorOf(node);
  if (left === undefined || right === undefined || operator === undefined) return { at: node.from, message: 'an operator needs two sides' };
  const at = operator.from;
  const stranger = sides.types.find(({ shape }) => shape === 'matrix' || shape === 'string');
  if (stranger) return { at, message: `${slice(operator, text)} does not go with ${shown(stranger.shape)}` };
  const isScalar = left.shape === 'scalar' && right.shape === 'scalar';
  if (isSetOperator.test(operator.name)) {
    if (left.shape !== 'vector' || right.shape !== 'vector') return { at, message: `${slice(operator, text)} stands between two vectors` };
    return { shape: 'vector', isSingle: operator.name !== 'Or' && left.isSingle };
  }
  if (!isScalar) return { shape: 'vector', isSingle: left.isSingle && right.isSingle };
  const isBare = isComparison.test(operator.name) && node.getChild('BoolModifier') === null;
  return isBare ? { at, message: `${slice(operator, text)} between two numbers needs bool` } : scalar;
};

const operatorOf = (node: SyntaxNode): SyntaxNode | undefined => {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (isOperator.test(child.name)) return child;
  return undefined;
};

const isOperator = /^(Pow|Mul|Div|Mod|Atan2|Add|Sub|Eql|Neq|Gtr|Gte|Lss|Lte|And|Or|Unless|TrimUpper|TrimLower)$/;
