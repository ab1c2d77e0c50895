import type { ControllerVersion } from '#model/analysis.ts';
import { compileError, unsupported } from './trouble.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'bracket' | 'end';
  readonly text: string;
  /** Offset in the condition, counted from 0. */
  readonly at: number;
}

const space = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const word = /[\p{L}\p{Nd}_$]+/uy;
const alphanumeric = /[\p{L}\p{Nd}_$]/uy;
const hexadecimal = /0[xX][0-9a-fA-F_]*(?:\.(?!\.)[0-9a-fA-F_]*)?/y;
const decimal = /(?:0[oO][0-7_]*|0[bB][01_]*|[0-9_]*)(?:\.(?!\.)[0-9_]*)?(?:[eE][+-]?[0-9_]*)?/y;
const operator = /\|\|?|\?[.?]?|\.\.?|[&!=*<>][&=*]?|[,:;%+\-^/]/y;
const text = /(["'])((?:(?!\1)[^\n\\])*)\1/y;

const wordOperators = new Set(['not', 'in', 'or', 'and', 'matches', 'contains', 'startsWith', 'endsWith', 'let']);

/**
 * Words of a condition as both versions of the library cut them.
 * @throws Trouble
 */
export const lex = (source: string, version: ControllerVersion): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < source.length) {
    if (take(space) !== undefined) continue;
    const start = at;
    tokens.push(...next({ source, start, take, version }));
  }
  return [...tokens, { kind: 'end', text: '', at: source.length }];
};

interface Place {
  readonly source: string;
  readonly start: number;
  readonly take: (pattern: RegExp) => string | undefined;
  readonly version: ControllerVersion;
}

const next = (place: Place): Token[] => {
  const { source, start, take, version } = place;
  const char = source.charAt(start);
  const ahead = source.slice(start, start + 2);
  if (ahead === '/*') compileError(start, 'a comment without an end');
  if (char === '"' || char === "'") return [{ kind: 'string', text: string(place), at: start }];
  if (char === '`' && version === '1.10') unsupported(start, 'raw strings');
  if (/^\.?\d/.test(ahead)) return [{ kind: 'number', text: number(place), at: start }];
  if (char === '#') return pointer(place);
  if (ahead === '::' && version === '1.10') unsupported(start, 'the operator ::');
  if (/[([{)\]}]/.test(char)) return [{ kind: 'bracket', text: take(/[([{)\]}]/y) ?? '', at: start }];
  const sign = take(operator);
  if (sign !== undefined) return [{ kind: 'operator', text: sign, at: start }];
  const name = take(word) ?? compileError(start, `unrecognized character ${JSON.stringify(char)}`);
  return [{ kind: isWordOperator(name, version) ? 'operator' : 'name', text: name, at: start }];
};

const isWordOperator = (name: string, version: ControllerVersion): boolean =>
  wordOperators.has(name) || (version === '1.10' && (name === 'if' || name === 'else'));

const string = ({ source, start, take }: Place): string => {
  const found = take(text);
  if (found === undefined) {
    const rest = source.slice(start).split('\n')[0] ?? '';
    return rest.includes('\\') ? unsupported(start, 'escapes in strings') : compileError(start, 'a string without an end');
  }
  // The length of other text differs between the versions.
  return /^[ -~]*$/.test(found) ? found.slice(1, -1) : unsupported(start, 'strings that are not plain ASCII');
};

const number = ({ source, start, take }: Place): string => {
  const found = take(hexadecimal) ?? take(decimal) ?? '';
  alphanumeric.lastIndex = start + found.length;
  return alphanumeric.test(source) ? compileError(start, `bad number syntax ${JSON.stringify(found)}`) : found;
};

/** A name that follows the sign at once belongs to it. */
const pointer = ({ start, take }: Place): Token[] => {
  const sign: Token = { kind: 'operator', text: take(/##?/y) ?? '', at: start };
  const name = take(word);
  return name === undefined ? [sign] : [sign, { kind: 'name', text: name, at: start + sign.text.length }];
};
