/** Takes the SARIF 2.1.0 schema of OASIS, which no npm package has, out of the Go module that tools/sarif pins; scripts/ensure.mjs starts it. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { downloadModules, type SchemaModule } from './schemas/download.ts';
import { readZip } from './schemas/zip.ts';

const root = path.resolve(import.meta.dirname, '..');
const target = process.argv[2];
if (target === undefined) throw new Error('usage: sarif.ts <file to write>');

const { file, ...pinned } = JSON.parse(readFileSync(path.join(root, 'tools', 'sarif', 'module.json'), 'utf8')) as SchemaModule & { file: string };
const [archive = ''] = await downloadModules([pinned], root);
const source = readZip(readFileSync(archive)).read(`${pinned.module}@${pinned.version}/${file}`).toString();
// The schema is the only raw string of the file; whatever else stood there would be no JSON.
const text = /`([^`]*)`/.exec(source)?.[1] ?? '';
JSON.parse(text);
mkdirSync(path.dirname(target), { recursive: true });
writeFileSync(`${target}.${process.pid}`, text);
renameSync(`${target}.${process.pid}`, target);
