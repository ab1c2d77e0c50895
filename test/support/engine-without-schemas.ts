import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repository } from './policy-cases.ts';

/** The engine with its tools, on a machine where nobody has built the schemas. */
export const engineWithoutSchemas = (): string => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-engine-'));
  for (const name of ['src', 'scripts', 'tools', 'package.json']) cpSync(path.join(repository, name), path.join(directory, name), { recursive: true });
  mkdirSync(path.join(directory, '.tools'));
  for (const name of ['node_modules', '.tools/bin']) symlinkSync(path.join(repository, name), path.join(directory, name));
  return directory;
};
