import { spawn } from 'node:child_process';
import { GateError } from '#model/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs a command with the streams of this process and waits for its end; what would end this process is handed on to it.
 * @returns its exit code, or null when a signal ended it
 * @throws GateError GATE_USAGE when it can not be started
 */
export const runChild = (command: string, args: readonly string[], environment: Environment): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...environment } });
    const hand = (signal: NodeJS.Signals): void => void child.kill(signal);
    const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, hand);
    const settle = (end: () => void): void => {
      for (const signal of signals) process.off(signal, hand);
      end();
    };
    child.once('error', (cause) =>
      settle(() =>
        reject(new GateError('GATE_USAGE', 'usage', `${command} can not be started: ${cause.message}`, { hint: 'Name a program after --.', cause })),
      ),
    );
    child.once('close', (code) => settle(() => resolve(code)));
  });
