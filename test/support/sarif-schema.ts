import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './policy-cases.ts';

const hash = createHash('sha256');
for (const file of ['tools/sarif/module.json', 'scripts/sarif.ts']) hash.update(readFileSync(path.join(repository, file)));

/** The SARIF 2.1.0 schema of OASIS, which `scripts/ensure.mjs sarif` put there; without it no test of a report may pass. */
export const sarifSchema = JSON.parse(readFileSync(path.join(repository, '.tools', 'sarif', hash.digest('hex').slice(0, 16), 'schema.json'), 'utf8')) as {
  readonly id: string;
};
