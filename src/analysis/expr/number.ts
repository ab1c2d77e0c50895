import type { Token } from './lex.ts';
import { compileError } from './trouble.ts';
import { floatOf, type IntValue, intOf } from './value.ts';

/**
 * Value of a number literal: the versions differ in which integers of another base they read.
 * @throws Trouble
 */
export const numberOf = ({ text, at }: Token, isOld: boolean): number | IntValue => {
  const digits = text.replaceAll('_', '');
  const prefix = isOld ? /^0x[0-9a-fA-F]+$/ : /^0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)$/;
  if (prefix.test(digits)) return whole(BigInt(digits.toLowerCase()), at);
  if (/^\d+$/.test(digits)) return whole(BigInt(digits), at);
  const read = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits) ? floatOf(Number(digits)) : undefined;
  return read === undefined || !Number.isFinite(read) ? compileError(at, `invalid number ${JSON.stringify(text)}`) : read;
};

const whole = (value: bigint, at: number): IntValue => (value > 9223372036854775807n ? compileError(at, 'an integer too large for 64 bits') : intOf(value));
