import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Hash of the engine's own programs and of the packages that it is built on: what one engine found out, no other takes over. */
export const engineKey = (engineRoot: string): string => {
  const source = path.join(engineRoot, 'src');
  const programs = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|mjs)$/.test(name) && !name.endsWith('.test.ts'));
  const hash = createHash('sha256').update(process.version);
  for (const name of programs.sort()) hash.update(`\0${name}\0`).update(readFileSync(path.join(source, name)));
  const packages = path.join(engineRoot, 'package-lock.json');
  hash.update(existsSync(packages) ? readFileSync(packages) : 'no lock file');
  return hash.digest('hex').slice(0, 32);
};
