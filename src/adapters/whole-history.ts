import { GateError } from '#model/errors.ts';
import { must } from './git.ts';

/** @throws GateError GATE_SHALLOW when the clone has not the whole history: what it says of times would be wrong */
export const assertWholeHistory = (repository: string): void => {
  if (must(repository, ['rev-parse', '--is-shallow-repository']).toString().trim() === 'false') return;
  throw new GateError('GATE_SHALLOW', 'undecided', 'this clone has not the whole history', { hint: 'Run `git fetch --unshallow`.' });
};
