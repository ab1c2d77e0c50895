/** Exit codes of every command, in one place: they are part of the interface. */
export const exitCodes = { allow: 0, deny: 1, usage: 2, undecided: 3, limit: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export type FaultClass = 'usage' | 'undecided' | 'limit';

/** A fault: something that kept the engine from judging. A policy violation is never one of these; it is a Finding. */
export class GateError extends Error {
  readonly code: `GATE_${string}`;
  readonly fault: FaultClass;
  /** What to do next, as a sentence or a command. */
  readonly hint: string;

  constructor(code: `GATE_${string}`, fault: FaultClass, message: string, options: { hint: string; cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'GateError';
    this.code = code;
    this.fault = fault;
    this.hint = options.hint;
  }
}

/** Recognises our own faults by their code, so that two copies of the class agree. */
export const isGateError = (value: unknown): value is GateError =>
  value instanceof Error && 'code' in value && String(value.code).startsWith('GATE_') && 'fault' in value && 'hint' in value;

export const messageOf = (value: unknown): string => (value instanceof Error ? value.message : String(value));
