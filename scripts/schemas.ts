/** Builds `.tools/schemas/<key>/` from the modules that tools/schemas/modules.json pins; scripts/ensure.mjs starts it. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { schemasKey } from '../src/adapters/schemas.ts';
import { messageOf } from '../src/model/errors.ts';
import { downloadModules, type SchemaModule } from './schemas/download.ts';
import { fromCrds, fromOpenApi } from './schemas/extract.ts';
import { readZip } from './schemas/zip.ts';

const root = path.resolve(import.meta.dirname, '..');
const key = schemasKey(root);
const { modules } = JSON.parse(readFileSync(path.join(root, 'tools', 'schemas', 'modules.json'), 'utf8')) as { modules: SchemaModule[] };
const parent = path.join(root, '.tools', 'schemas');
const fresh = path.join(parent, `build-${process.pid}`);
const kubernetes: Record<string, { version: string; groups: string[]; kinds: Record<string, string> }> = {};
const platform: Record<string, { file: string; from: string }> = {};

const write = (file: string, content: string | Buffer): void => {
  mkdirSync(path.dirname(path.join(fresh, file)), { recursive: true });
  writeFileSync(path.join(fresh, file), content);
};

/** One small file for each definition: a gate run needs some forty of nine hundred. */
const addOpenApi = (text: string, version: string): void => {
  const minor = /^v(1\.\d+)\./.exec(version)?.[1] ?? version;
  const served = kubernetes[minor] ?? { version, groups: [], kinds: {} };
  kubernetes[minor] = served;
  const found = fromOpenApi(JSON.parse(text));
  for (const [id, schema] of found.definitions) write(`kubernetes/${minor}/${id}.json`, JSON.stringify(schema));
  for (const { apiVersion, kind, definition } of found.kinds) {
    served.kinds[`${apiVersion} ${kind}`] = definition;
    served.groups = [...new Set([...served.groups, apiVersion.includes('/') ? path.posix.dirname(apiVersion) : ''])].sort();
  }
};

const addCrds = (file: string, bytes: Buffer, { module, version }: SchemaModule): void => {
  const found = fromCrds(bytes.toString());
  for (const { apiVersion, kind, schema } of found) {
    platform[`${apiVersion} ${kind}`] = { file: `kinds/${apiVersion.replace('/', '_')}_${kind}.json`, from: `${module} ${version}` };
    write(`kinds/${apiVersion.replace('/', '_')}_${kind}.json`, JSON.stringify(schema));
  }
  if (found.length > 0) write(`crds/${module.replaceAll('/', '_')}_${path.posix.basename(file)}`, bytes);
};

const zips = await downloadModules(modules, path.join(root, 'tools', 'schemas')).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
for (const [i, module] of modules.entries()) {
  const { names, read } = readZip(readFileSync(zips[i] ?? ''));
  for (const name of names) {
    const file = name.slice(`${module.module}@${module.version}/`.length);
    const folder = path.posix.dirname(file);
    if (folder === module.openapi && file.endsWith('_openapi.json')) addOpenApi(read(name).toString(), module.version);
    if (file.endsWith('.yaml') && module.crds?.some((c) => c === file || c === `${folder}/`)) addCrds(file, read(name), module);
  }
}
write('index.json', JSON.stringify({ kubernetes, platform }));
rmSync(path.join(parent, key), { recursive: true, force: true });
renameSync(fresh, path.join(parent, key));
