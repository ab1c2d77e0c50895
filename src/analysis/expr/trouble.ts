/** Why a condition has no value: `unsupported` is said of what this reader does not know, and is never a guess. */
export type TroubleKind = 'compile' | 'runtime' | 'unsupported';

/** Unwinds a compilation or an evaluation; it never leaves this folder. */
export class Trouble extends Error {
  readonly kind: TroubleKind;
  /** Counted from 1. */
  readonly column: number;

  constructor(kind: TroubleKind, column: number, message: string) {
    super(message);
    this.kind = kind;
    this.column = column;
  }
}

export const compileError = (at: number, message: string): never => {
  throw new Trouble('compile', at + 1, message);
};

export const unsupported = (at: number, what: string): never => {
  throw new Trouble('unsupported', at + 1, what);
};

export const runtimeError = (at: number, message: string): never => {
  throw new Trouble('runtime', at + 1, message);
};
