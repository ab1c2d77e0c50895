import type { Token } from './lex.ts';
import { compileError, unsupported } from './trouble.ts';

/** A place among the tokens. */
export class Cursor {
  readonly #tokens: readonly Token[];
  /** Index of the current token; set back where a parser took one too many. */
  at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.at] ?? { kind: 'end', text: '', at: 0 };
  }

  is(kind: Token['kind'], text?: string): boolean {
    return this.current.kind === kind && (text === undefined || this.current.text === text);
  }

  take(): Token {
    const token = this.current;
    if (token.kind === 'end') compileError(token.at, 'unexpected end of expression');
    this.at++;
    return token;
  }

  expect(kind: Token['kind'], text?: string): Token {
    return this.is(kind, text) ? this.take() : this.unexpected();
  }

  unexpected(): never {
    const { kind, text, at } = this.current;
    if (text === ';') return unsupported(at, 'sequences');
    return compileError(at, kind === 'end' ? 'unexpected end of expression' : `unexpected ${JSON.stringify(text)}`);
  }
}
