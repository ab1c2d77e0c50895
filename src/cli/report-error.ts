import { type ExitCode, exitCodes, isGateError, messageOf } from '#model/errors.ts';
import { printableLines } from '#report/escape.ts';
import { engineRoot } from './context.ts';
import type { Output } from './output.ts';

/** Tells what ended a command, and which exit code that is. */
export const reportError = (error: unknown, output: Output): ExitCode => {
  const red = output.paint.red;
  if (isGateError(error)) {
    output.note(`${red(error.code)}\n${printableLines(error.message)}\n${printableLines(error.hint)}`);
    return exitCodes[error.fault];
  }
  if (error instanceof Error && error.name === 'CACError') {
    output.note(`${red('usage')} ${error.message}\nRun \`ranfleet --help\`.`);
    return exitCodes.usage;
  }
  // What nobody foresaw may carry paths of the machine, in its message and in its stack.
  const text = `${messageOf(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}`.replaceAll(engineRoot, 'ranfleet').replaceAll(process.cwd(), '.');
  output.note(`${red('GATE_UNEXPECTED')} ${printableLines(text)}`);
  return exitCodes.undecided;
};
