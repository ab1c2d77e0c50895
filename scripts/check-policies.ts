/** The policies compile strictly, and every path into the input that opa can follow is a field of src/model/policy.ts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { schemaOfType } from './policies/input-schema.ts';

const root = path.resolve(import.meta.dirname, '..');
const directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-check-'));
const schema = path.join(directory, 'input.json');
writeFileSync(schema, JSON.stringify(schemaOfType(path.join(root, 'src/model/policy.ts'), 'PolicyInput')));
const args = ['check', '--strict', '--ignore', '*.yaml', '--schema', schema, 'policies'];
const { status, stdout, stderr, error } = spawnSync(path.join(root, '.tools', 'bin', 'opa'), args, { cwd: root, encoding: 'utf8' });
rmSync(directory, { recursive: true, force: true });
process.stdout.write(`${error?.message ?? ''}${stdout}${stderr}`);
process.exitCode = status ?? 1;
