import pc from 'picocolors';
import type { Paint } from '#report/terminal.ts';

export interface Output {
  /** The result: standard output. */
  readonly print: (text: string) => void;
  /** Progress and errors: standard error. */
  readonly note: (text: string) => void;
  /** One line that is overwritten on a terminal; elsewhere a line each ten seconds, so that a build log shows life. */
  readonly progress: (text: string) => void;
  readonly paint: Paint;
}

const plain: Paint = { bold: String, dim: String, red: String, green: String, yellow: String };

const quietMs = 10_000;

const coloured = pc.createColors(true);

/** Colour only on a terminal, and never where NO_COLOR is set (no-color.org). */
export const createOutput = (stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Output => {
  const colour = stdout.isTTY === true && !environment['NO_COLOR'];
  let progressShown = false;
  let lastNote = Date.now();
  const clear = (): void => {
    if (progressShown) stderr.write('\r\u001b[2K');
    progressShown = false;
  };
  return {
    print: (text) => {
      clear();
      stdout.write(text);
    },
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!stderr.isTTY) {
        if (Date.now() - lastNote < quietMs) return;
        lastNote = Date.now();
        stderr.write(`${text}\n`);
        return;
      }
      clear();
      stderr.write(text);
      progressShown = true;
    },
    paint: colour ? coloured : plain,
  };
};
