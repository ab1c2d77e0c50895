import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GateError } from '#model/errors.ts';

/** Hash of the lock file of one tool set: the tools of another hash are other tools. */
export const toolsKey = (repository: string, set: string): string =>
  createHash('sha256')
    .update(readFileSync(path.join(repository, 'tools', set, 'go.sum')))
    .digest('hex');

/**
 * Path of one pinned tool.
 * @throws GateError GATE_TOOL_MISSING when it is not built, or was built from another lock file.
 */
export const toolPath = (repository: string, set: string, name: string): string => {
  const bin = path.join(repository, '.tools', 'bin');
  const file = path.join(bin, name);
  const stamp = path.join(bin, `.${set}.key`);
  const hint = 'Run `node scripts/ensure.mjs tools`.';
  if (!existsSync(file)) throw new GateError('GATE_TOOL_MISSING', 'undecided', `${name} is not built (.tools/bin/${name})`, { hint });
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8').trim() !== toolsKey(repository, set)) {
    throw new GateError('GATE_TOOL_MISSING', 'undecided', `${name} was built from another tools/${set}/go.sum`, { hint });
  }
  return file;
};
