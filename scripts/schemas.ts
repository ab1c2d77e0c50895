/** Builds `.tools/schemas/<key>/` from the modules that tools/schemas/modules.json pins; scripts/ensure.mjs starts it. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { schemasKey } from '../src/adapters/schemas.ts';
import { messageOf } from '../src/model/errors.ts';
import { downloadModules, type SchemaModule } from './schemas/download.ts';
import { fromCrds, fromOpenApi, type ServedKind } from './schemas/extract.ts';
import { readZip } from './schemas/zip.ts';

const root = path.resolve(import.meta.dirname, '..');
const key = schemasKey(root);
const { modules } = JSON.parse(readFileSync(path.join(root, 'tools', 'schemas', 'modules.json'), 'utf8')) as { modules: SchemaModule[] };

const parent = path.join(root, '.tools', 'schemas');
const fresh = path.join(parent, `build-${process.pid}`);
const definitions = new Map<string, unknown>();
const kinds: Record<string, { file: string; from: string }> = {};
const groups = new Set<string>();

const write = (file: string, content: string | Buffer): void => writeFileSync(path.join(fresh, file), content);

const writeKind = ({ apiVersion, kind, schema }: ServedKind, from: string): void => {
  const file = `kinds/${apiVersion.replace('/', '_')}_${kind}.json`;
  kinds[`${apiVersion} ${kind}`] = { file, from };
  write(file, JSON.stringify(schema));
};

const addOpenApi = (text: string, version: string): void => {
  const found = fromOpenApi(JSON.parse(text));
  for (const [id, schema] of found.definitions) definitions.set(id, schema);
  for (const kind of found.kinds) {
    writeKind(kind, `Kubernetes ${version}`);
    groups.add(kind.apiVersion.includes('/') ? path.posix.dirname(kind.apiVersion) : '');
  }
};

const addCrds = (file: string, bytes: Buffer, { module, version }: SchemaModule): void => {
  const found = fromCrds(bytes.toString());
  for (const kind of found) writeKind(kind, `${module} ${version}`);
  if (found.length > 0) write(`crds/${module.replaceAll('/', '_')}_${path.posix.basename(file)}`, bytes);
};

const zips = await downloadModules(modules, path.join(root, 'tools', 'schemas')).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
for (const folder of ['kinds', 'crds']) mkdirSync(path.join(fresh, folder), { recursive: true });
for (const [i, module] of modules.entries()) {
  const { names, read } = readZip(readFileSync(zips[i] ?? ''));
  for (const name of names) {
    const file = name.slice(`${module.module}@${module.version}/`.length);
    const folder = path.posix.dirname(file);
    if (folder === module.openapi && file.endsWith('_openapi.json')) addOpenApi(read(name).toString(), module.version);
    if (file.endsWith('.yaml') && module.crds?.some((c) => c === file || c === `${folder}/`)) addCrds(file, read(name), module);
  }
}
write('definitions.json', JSON.stringify(Object.fromEntries(definitions)));
write('index.json', JSON.stringify({ kubernetes: modules.find((m) => m.openapi !== undefined)?.version, groups: [...groups].sort(), kinds }));
rmSync(path.join(parent, key), { recursive: true, force: true });
renameSync(fresh, path.join(parent, key));
