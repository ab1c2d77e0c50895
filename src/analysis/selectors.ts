import type { SyntaxNode } from './query-node.ts';

interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** One choice of series in a query. */
export interface Selector {
  /** Undefined where no single name is given. */
  readonly metric: string | undefined;
  /** Matchers other than the one of the name. */
  readonly matchers: readonly Matcher[];
  /** Seconds of the range behind it; undefined for an instant, and for a range that is computed. */
  readonly range: number | undefined;
}

/** All selectors below a node, in order. */
export const selectorsIn = (top: SyntaxNode, text: string): Selector[] => {
  const found: Selector[] = [];
  top.cursor().iterate((node) => {
    if (node.name === 'VectorSelector') found.push(selectorOf(node.node, text));
  });
  return found;
};

const selectorOf = (node: SyntaxNode, text: string): Selector => {
  const textOf = (part: SyntaxNode | null): string => (part === null ? '' : text.slice(part.from, part.to));
  const list = node.getChild('LabelMatchers');
  const quoted = list?.getChildren('QuotedLabelName').map((name) => unquoted(textOf(name)))[0];
  const all = [...(list?.getChildren('UnquotedLabelMatcher') ?? []), ...(list?.getChildren('QuotedLabelMatcher') ?? [])].map((matcher): Matcher => {
    const [name, operator] = [matcher.firstChild, matcher.getChild('MatchOp')];
    return { label: unquoted(textOf(name)), operator: textOf(operator) as Matcher['operator'], value: unquoted(textOf(matcher.getChild('StringLiteral'))) };
  });
  const named = all.find(({ label, operator }) => label === '__name__' && operator === '=')?.value;
  const identifier = textOf(node.getChild('Identifier'));
  return {
    metric: identifier === '' ? (quoted ?? named) : identifier,
    matchers: all.filter(({ label }) => label !== '__name__'),
    range: node.parent?.name === 'MatrixSelector' ? rangeOf(node.parent, text) : undefined,
  };
};

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** Prometheus knows days, weeks and years besides what Go does, and a bare number of seconds. */
const rangeOf = (matrix: SyntaxNode, text: string): number | undefined => {
  const range = /\[\s*([^\]]*?)\s*\]\s*$/.exec(text.slice(matrix.from, matrix.to))?.[1] ?? '';
  if (/^\d+(\.\d+)?$/.test(range)) return Number(range);
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(range)) return undefined;
  return [...range.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
};

/** Quotes off; escapes stay as written, since names and hashes have none. */
const unquoted = (text: string): string => (/^(["'`]).*\1$/s.test(text) ? text.slice(1, -1) : text);
