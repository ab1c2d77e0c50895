import type { ControllerVersion } from '#model/analysis.ts';
import { Cursor } from './cursor.ts';
import { foreignFunctions, foreignOperators, functions, isComparison, type Operator, operators, unaryPrecedence } from './language.ts';
import { lex, type Token } from './lex.ts';
import { type Node, predicateFunctions } from './node.ts';
import { numberOf } from './number.ts';
import { compileError, unsupported } from './trouble.ts';
import type { IntValue } from './value.ts';

/** Deepest nesting that is read; far beyond any condition a person writes. */
const deepest = 60;

/**
 * The tree of a condition, read as the given version reads it.
 * @throws Trouble
 */
export const parse = (source: string, version: ControllerVersion): Node => {
  const parser = new Parser(lex(source, version), version);
  return parser.whole();
};

class Parser {
  readonly #tokens: Cursor;
  readonly #isOld: boolean;
  /** How many predicates enclose the current token. */
  #predicates = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], version: ControllerVersion) {
    this.#tokens = new Cursor(tokens);
    this.#isOld = version === '1.9';
  }

  whole(): Node {
    const node = this.#expression(0);
    if (this.#tokens.current.kind !== 'end') this.#tokens.unexpected();
    return node;
  }

  #expression(precedence: number): Node {
    if (++this.#depth > deepest) unsupported(this.#tokens.current.at, `nesting deeper than ${deepest}`);
    if (this.#tokens.is('operator', 'let') || this.#tokens.is('operator', 'if')) unsupported(this.#tokens.current.at, this.#tokens.current.text);
    let left = this.#primary();
    let previous = '';
    for (;;) {
      const step = this.#operation(left, precedence, previous);
      if (step === undefined) break;
      [left, previous] = step;
    }
    this.#depth--;
    return precedence === 0 ? this.#conditional(left) : left;
  }

  /** One operator behind `left` with its right side; undefined where none binds as tight as asked. */
  #operation(left: Node, precedence: number, previous: string): readonly [Node, string] | undefined {
    if (this.#tokens.current.kind !== 'operator') return undefined;
    const start = this.#tokens.at;
    const isNegated = this.#negation();
    const token = this.#tokens.current;
    const operator = token.kind === 'operator' ? operators.get(token.text) : undefined;
    if (operator === undefined || operator.precedence < precedence) {
      // The older version has swallowed the `not` by now, and loses it.
      if (!this.#isOld) this.#tokens.at = start;
      return undefined;
    }
    this.#tokens.take();
    if (token.text === '|') return [this.#call(this.#tokens.expect('name'), left), '|'];
    if (previous === '??' && token.text !== '??') compileError(token.at, `${token.text} and ?? need parentheses between them`);
    const node = this.#infix(left, token, operator);
    return [isNegated ? { is: 'unary', operator: 'not', operand: node, at: token.at, type: 'any' } : node, token.text];
  }

  /** Takes a `not` in front of an operator; the newer version knows it only before some. */
  #negation(): boolean {
    if (!this.#tokens.is('operator', 'not')) return false;
    this.#tokens.take();
    if (!this.#isOld && !/^(in|contains|matches|startsWith|endsWith)$/.test(this.#tokens.current.text)) this.#tokens.unexpected();
    return true;
  }

  #infix(left: Node, token: Token, operator: Operator): Node {
    if (foreignOperators.has(token.text)) unsupported(token.at, `the operator ${token.text}`);
    return !this.#isOld && isComparison(token.text) ? this.#comparisons(left, token, operator) : this.#binary(left, token, operator);
  }

  #binary(left: Node, token: Token, { precedence, isRight }: Operator): Node {
    const right = this.#expression(isRight ? precedence : precedence + 1);
    return { is: 'binary', operator: token.text, left, right, at: token.at, type: 'any' };
  }

  /** `a < b < c` means both; the older version compares a truth value with c. */
  #comparisons(first: Node, sign: Token, { precedence }: Operator): Node {
    let [left, token, whole]: [Node, Token, Node | undefined] = [first, sign, undefined];
    for (;;) {
      const right = this.#expression(precedence + 1);
      const compared: Node = { is: 'binary', operator: token.text, left, right, at: token.at, type: 'any' };
      whole = whole === undefined ? compared : { is: 'binary', operator: '&&', left: whole, right: compared, at: token.at, type: 'any' };
      if (!this.#tokens.is('operator') || !isComparison(this.#tokens.current.text)) return whole;
      [left, token] = [right, this.#tokens.take()];
    }
  }

  #conditional(first: Node): Node {
    let node = first;
    while (this.#tokens.is('operator', '?')) {
      const { at } = this.#tokens.take();
      const chosen = this.#tokens.is('operator', ':') ? node : this.#expression(0);
      this.#tokens.expect('operator', ':');
      node = { is: 'conditional', condition: node, chosen, otherwise: this.#expression(0), at, type: 'any' };
    }
    return node;
  }

  #primary(): Node {
    const token = this.#tokens.current;
    const unary = token.kind === 'operator' ? unaryPrecedence.get(token.text) : undefined;
    if (unary !== undefined) {
      this.#tokens.take();
      return this.#postfix({ is: 'unary', operator: token.text, operand: this.#expression(unary), at: token.at, type: 'any' });
    }
    if (this.#tokens.is('bracket', '(')) {
      this.#tokens.take();
      const inner = this.#expression(0);
      this.#tokens.expect('bracket', ')');
      return this.#postfix(inner);
    }
    if (this.#tokens.is('operator', '#') || this.#tokens.is('operator', '.')) return this.#pointer(token);
    return this.#secondary();
  }

  #pointer(token: Token): Node {
    if (this.#predicates === 0) compileError(token.at, `${token.text} stands for an element, and there is none outside a predicate`);
    if (token.text === '#') this.#tokens.take();
    if (token.text === '#' && this.#tokens.is('name')) {
      const { text, at } = this.#tokens.current;
      return /^(index|acc)$/.test(text) ? unsupported(at, `#${text}`) : compileError(at, `unknown pointer #${text}`);
    }
    return this.#postfix({ is: 'pointer', at: token.at, type: 'any' });
  }

  #secondary(): Node {
    const token = this.#tokens.current;
    const { at } = token;
    const constant = (value: number | string | boolean | null | IntValue): Node => ({ is: 'constant', value, at, type: 'any' });
    if (token.kind === 'name') {
      this.#tokens.take();
      if (token.text === 'true' || token.text === 'false') return constant(token.text === 'true');
      if (token.text === 'nil') return constant(null);
      return this.#postfix(this.#tokens.is('bracket', '(') ? this.#call(token) : { is: 'name', name: token.text, at, type: 'any' });
    }
    if (token.kind === 'number') {
      this.#tokens.take();
      return constant(numberOf(token, this.#isOld));
    }
    if (token.kind === 'string') {
      this.#tokens.take();
      return this.#isOld ? constant(token.text) : this.#postfix(constant(token.text));
    }
    if (this.#tokens.is('bracket', '[')) return this.#postfix({ is: 'array', items: this.#items(), at, type: 'any' });
    return this.#tokens.is('bracket', '{') ? unsupported(at, 'maps') : this.#tokens.unexpected();
  }

  #items(): Node[] {
    const items: Node[] = [];
    this.#tokens.expect('bracket', '[');
    while (!this.#tokens.is('bracket', ']')) {
      if (items.length > 0) this.#tokens.expect('operator', ',');
      if (items.length === 0 || !this.#tokens.is('bracket', ']')) items.push(this.#expression(0));
    }
    this.#tokens.expect('bracket', ']');
    return items;
  }

  #call({ text: name, at }: Token, piped?: Node): Node {
    const first = piped === undefined ? [] : [piped];
    const isPredicate = predicateFunctions.has(name) || (name === 'sum' && !this.#isOld);
    if (isPredicate) return { is: 'builtin', name, args: this.#predicateArgs(name, first), at, type: 'any' };
    if (foreignFunctions.has(name)) unsupported(at, `${name}()`);
    return { is: functions.has(name) ? 'builtin' : 'call', name, args: this.#args(first), at, type: 'any' };
  }

  #predicateArgs(name: string, first: readonly Node[]): Node[] {
    this.#tokens.expect('bracket', '(');
    const args = [...first];
    if (args.length === 0) args.push(this.#expression(0));
    const isOptional = !this.#isOld && (name === 'count' || name === 'sum');
    if (!isOptional || !this.#tokens.is('bracket', ')')) {
      if (first.length === 0) this.#tokens.expect('operator', ',');
      args.push(this.#predicate());
    }
    if (!this.#isOld && this.#tokens.is('operator', ',')) this.#tokens.take();
    this.#tokens.expect('bracket', ')');
    return args;
  }

  #predicate(): Node {
    const isBraced = this.#tokens.is('bracket', '{');
    if (isBraced) this.#tokens.take();
    this.#predicates++;
    const body = this.#expression(0);
    this.#predicates--;
    if (isBraced) this.#tokens.expect('bracket', '}');
    return body;
  }

  #args(first: readonly Node[]): Node[] {
    this.#tokens.expect('bracket', '(');
    const args = [...first];
    while (!this.#tokens.is('bracket', ')')) {
      if (args.length > first.length) this.#tokens.expect('operator', ',');
      if (!this.#isOld && this.#tokens.is('bracket', ')')) break;
      args.push(this.#expression(0));
    }
    this.#tokens.expect('bracket', ')');
    return args;
  }

  #postfix(first: Node): Node {
    let node = first;
    for (;;) {
      if (this.#tokens.is('operator', '?.')) unsupported(this.#tokens.current.at, 'the operator ?.');
      if (this.#tokens.is('operator', '.')) node = this.#field(node);
      else if (this.#tokens.is('bracket', '[')) node = this.#element(node);
      else return node;
    }
  }

  #field(object: Node): Node {
    this.#tokens.take();
    const token = this.#tokens.take();
    const isName = token.kind === 'name' || (token.kind === 'operator' && /^[a-z]/i.test(token.text));
    if (!isName) compileError(token.at, 'expected a name');
    if (this.#tokens.is('bracket', '(')) unsupported(token.at, 'methods');
    const property: Node = { is: 'constant', value: token.text, at: token.at, type: 'any' };
    return { is: 'member', object, property, at: token.at, type: 'any' };
  }

  #element(object: Node): Node {
    const { at } = this.#tokens.take();
    if (this.#tokens.is('operator', ':')) unsupported(at, 'slices');
    const property = this.#expression(0);
    if (this.#tokens.is('operator', ':')) unsupported(at, 'slices');
    this.#tokens.expect('bracket', ']');
    return { is: 'member', object, property, at, type: 'any' };
  }
}
