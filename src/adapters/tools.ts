import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GateError } from '#model/errors.ts';

/** One entry of tools/sets.json: what a set builds, as what, and with which Go. */
export interface ToolSet {
  readonly programs: Readonly<Record<string, string>>;
  readonly toolchain?: string;
}

export const toolSets = (repository: string): Readonly<Record<string, ToolSet>> =>
  JSON.parse(readFileSync(path.join(repository, 'tools', 'sets.json'), 'utf8')) as Record<string, ToolSet>;

/** Hash of one tool set, its modules and our own programs in it: the tools of another hash are other tools. */
export const toolsKey = (repository: string, set: string): string => {
  const folder = path.join(repository, 'tools', set);
  const sources = (readdirSync(folder, { recursive: true }) as string[]).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'));
  return ['go.sum', ...sources.sort()].reduce((hash, f) => hash.update(readFileSync(path.join(folder, f))), createHash('sha256')).digest('hex');
};

/**
 * Path of one pinned tool.
 * @throws GateError GATE_TOOL_MISSING when it is not built, or was built from another lock file.
 */
export const toolPath = (repository: string, set: string, name: string): string => {
  const bin = path.join(repository, '.tools', 'bin');
  const file = path.join(bin, name);
  const stamp = path.join(bin, `.${set}.key`);
  const hint = `Run \`node scripts/ensure.mjs ${{ gate: 'tools', expr: 'expr', bench: 'bench' }[set] ?? 'local'}\`.`;
  if (!existsSync(file)) throw new GateError('GATE_TOOL_MISSING', 'undecided', `${name} is not built (.tools/bin/${name})`, { hint });
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8').trim() !== toolsKey(repository, set)) {
    throw new GateError('GATE_TOOL_MISSING', 'undecided', `${name} was built from another tools/${set}/go.sum`, { hint });
  }
  return file;
};
