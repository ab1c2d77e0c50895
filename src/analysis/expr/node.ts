import type { Value } from './value.ts';

/**
 * Static type of an expression, as far as the supported part of the language has any; `nil` only of the literal. What the newer
 * version knows nothing of is `unknown`: nothing can be assigned to it, while everything can to `any`.
 */
export type StaticType = 'any' | 'unknown' | 'nil' | 'int' | 'int64' | 'float64' | 'bool' | 'string' | ArrayType;

export interface ArrayType {
  /** Name of the Go type: what can be assigned to what is decided by it. */
  readonly array: string;
  readonly element: StaticType;
  /** Type that all elements of a literal share; only the older version tells it from `element`. */
  readonly literal?: StaticType;
}

interface Base {
  /** Offset in the condition, counted from 0. */
  readonly at: number;
  /** `any` before the type check, and for what the optimiser leaves without a type. */
  readonly type: StaticType;
}

export type ConstantNode = Base & { readonly is: 'constant'; readonly value: Value };
type UnaryNode = Base & { readonly is: 'unary'; readonly operator: string; readonly operand: Node };
export type BinaryNode = Base & { readonly is: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };
type MemberNode = Base & { readonly is: 'member'; readonly object: Node; readonly property: Node };
type ConditionalNode = Base & { readonly is: 'conditional'; readonly condition: Node; readonly chosen: Node; readonly otherwise: Node };
type ArrayNode = Base & { readonly is: 'array'; readonly items: readonly Node[] };
type CallNode = Base & { readonly is: 'call'; readonly name: string; readonly args: readonly Node[] };

/** A function of the language itself; of one with a predicate the second argument is the predicate's body. */
export type BuiltinNode = Base & {
  readonly is: 'builtin';
  readonly name: string;
  readonly args: readonly Node[];
  /** Set by the optimiser: applied to what the predicate lets through. */
  readonly map?: Node;
};

export type Node =
  | ConstantNode
  | UnaryNode
  | BinaryNode
  | MemberNode
  | ConditionalNode
  | ArrayNode
  | CallNode
  | BuiltinNode
  | (Base & { readonly is: 'name'; readonly name: string })
  | (Base & { readonly is: 'pointer' });

/** Functions that take a predicate; `sum` and `count` also go without one in the newer version. */
export const predicateFunctions = new Set(['all', 'none', 'any', 'one', 'filter', 'map', 'count']);

/** The same node with each child replaced. */
export const withChildren = (node: Node, change: (child: Node) => Node): Node => {
  switch (node.is) {
    case 'unary':
      return { ...node, operand: change(node.operand) };
    case 'binary':
      return { ...node, left: change(node.left), right: change(node.right) };
    case 'member':
      return { ...node, object: change(node.object), property: change(node.property) };
    case 'conditional':
      return { ...node, condition: change(node.condition), chosen: change(node.chosen), otherwise: change(node.otherwise) };
    case 'array':
      return { ...node, items: node.items.map(change) };
    case 'call':
    case 'builtin':
      return { ...node, args: node.args.map(change) };
    default:
      return node;
  }
};
