import pc from 'picocolors';
import { exitCodes } from '#model/errors.ts';
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

/** What a shell reports of a program that lost its reader: 128 plus the number of SIGPIPE. */
const unreadCode = 141;

/**
 * Keeps a command from dying in the middle when nobody reads it any more (`| head`): it ends as it would, so that reports are written
 * and scratch folders go, and then says by its exit code that not all was read. Output that can not be written for another reason, as on
 * a full disk, leaves the caller without an answer: 3.
 */
export const surviveLostReaders = (host: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'on' | 'exitCode'>): void => {
  let code: number | undefined;
  const lose = ({ code: reason }: NodeJS.ErrnoException): void => {
    if (code !== undefined) return;
    code = reason === 'EPIPE' ? unreadCode : exitCodes.undecided;
    if (reason !== 'EPIPE') host.stderr.write(`GATE_OUTPUT what was found can not be written (${reason})\n`);
  };
  host.stdout.on('error', lose);
  host.stderr.on('error', lose);
  // As late as possible, since the command sets its own code when it ends.
  host.on('exit', () => {
    if (code !== undefined) host.exitCode = code;
  });
};

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
