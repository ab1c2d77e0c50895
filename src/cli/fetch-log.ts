import { writeFileSync } from 'node:fs';
import { fetchText, identityToken } from '#adapters/fetch-text.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { readObservations } from '#ring/read-observations.ts';
import { type Environment, neededVariable } from './github-access.ts';
import type { Output } from './output.ts';

export interface FetchLogOptions {
  readonly out?: string;
  readonly audience?: string;
}

/** A week of looks, one a minute, at 44 clusters with 54 agents is below it. */
const largestLog = 512 * 2 ** 20;

/** `ranfleet fetch-log`: the log that an observer beside the clusters keeps, for a job that can not reach them. */
export const fetchLogCommand = async (address: string, { out, audience }: FetchLogOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  if (out === undefined) throw new GateError('GATE_USAGE', 'usage', 'no file was named', { hint: 'Name it: --out <file>.' });
  const bearer = audience === undefined ? undefined : await identityToken(jobIdentity(environment), audience);
  const text = await fetchText(address, { bearer, largest: largestLog });
  const { observations } = readObservations(new URL(address).host, text);
  writeFileSync(out, text);
  const times = observations.samples.map(({ at }) => at).sort();
  output.note(`${times.length} samples, the last of ${times.at(-1) ?? 'no time'}`);
  return exitCodes.allow;
};

const jobIdentity = (environment: Environment) => ({
  url: neededVariable(environment, 'ACTIONS_ID_TOKEN_REQUEST_URL'),
  token: neededVariable(environment, 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'),
});
