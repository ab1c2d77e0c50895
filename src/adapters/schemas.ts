import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import type { KindLookup, Schema, SchemaSet } from '#model/schema.ts';

const indexSchema = z.object({
  /** By minor version, `1.37`: the version of the source, groups, and the definition of each kind that is served. */
  kubernetes: z.record(z.string(), z.object({ version: z.string(), groups: z.array(z.string()), kinds: z.record(z.string(), z.string()) })),
  /** Kinds of the platform components, from their CRDs. */
  platform: z.record(z.string(), z.object({ file: z.string(), from: z.string() })),
});
type Index = z.infer<typeof indexSchema>;

const hint = 'Run `node scripts/ensure.mjs deps schemas`.';

/** Hash of the list of schema sources and of the programs that read them; scripts/ensure.mjs says the same. */
export const schemasKey = (repository: string): string => {
  const builders = readdirSync(path.join(repository, 'scripts', 'schemas')).sort();
  const files = ['tools/schemas/modules.json', 'scripts/schemas.ts', ...builders.map((name) => `scripts/schemas/${name}`)];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(path.join(repository, file)));
  return hash.digest('hex').slice(0, 16);
};

/**
 * The schemas that were built from the pinned modules, on the newest Kubernetes among them. What a kind needs is read when the kind
 * is first asked for.
 * @throws GateError GATE_SCHEMAS_MISSING when they are not built, or were built from another list.
 */
export const openSchemas = (repository: string): SchemaSet => {
  const key = schemasKey(repository);
  const directory = path.join(repository, '.tools', 'schemas', key);
  if (!existsSync(path.join(directory, 'index.json'))) {
    throw new GateError('GATE_SCHEMAS_MISSING', 'undecided', `the schemas of the kinds are not built (.tools/schemas/${key})`, { hint });
  }
  const index = indexSchema.parse(readJson(directory, 'index.json'));
  const read = memoize((file: string) => readJson(directory, file) as Schema);
  const on = memoize((version: string): SchemaSet | undefined => {
    const served = Object.hasOwn(index.kubernetes, version) ? index.kubernetes[version] : undefined;
    return served && { key, kubernetes: version, on, ...reader({ directory, platform: index.platform, ...served, kubernetes: served.version }, version, read) };
  });
  const newest = on(Object.keys(index.kubernetes).sort(byMinor).at(-1) ?? '');
  if (newest) return newest;
  throw new GateError('GATE_SCHEMAS_FAILED', 'undecided', `no Kubernetes in .tools/schemas/${key}/index.json`, { hint });
};

const byMinor = (a: string, b: string): number => Number(a.split('.')[1]) - Number(b.split('.')[1]);

const memoize = <T>(make: (text: string) => T): ((text: string) => T) => {
  const made = new Map<string, T>();
  return (text) => {
    if (!made.has(text)) made.set(text, make(text));
    return made.get(text) as T;
  };
};

interface Sources {
  readonly directory: string;
  /** Name and version of Kubernetes' own source, groups that it has, and its kinds with the definition of each. */
  readonly kubernetes: string;
  readonly groups: readonly string[];
  readonly kinds: Readonly<Record<string, string>>;
  readonly platform: Index['platform'];
}

const reader = (sources: Sources, version: string, read: (file: string) => Schema): Pick<SchemaSet, 'lookUp' | 'definition'> => {
  const find = memoize((name: string): KindLookup => {
    const at = name.indexOf(' ');
    return lookUp(sources, name.slice(0, at), name.slice(at + 1), read);
  });
  return {
    lookUp: (apiVersion, kind) => find(`${apiVersion} ${kind}`),
    definition: (reference) => {
      const file = `kubernetes/${version}/${reference.slice(reference.lastIndexOf('/') + 1)}.json`;
      if (existsSync(path.join(sources.directory, file))) return read(file);
      throw new GateError('GATE_SCHEMAS_FAILED', 'undecided', `no definition ${reference} in .tools/schemas/${path.basename(sources.directory)}`, { hint });
    },
  };
};

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

const lookUp = ({ kubernetes, groups, kinds, platform }: Sources, apiVersion: string, kind: string, read: (file: string) => Schema): KindLookup => {
  const name = `${apiVersion} ${kind}`;
  if (Object.hasOwn(kinds, name)) return { is: 'served', schema: { $ref: kinds[name] } };
  const own = Object.hasOwn(platform, name) ? platform[name] : undefined;
  if (own) return { is: 'served', schema: read(own.file) };
  const group = groupOf(apiVersion);
  const others = [...Object.keys(kinds), ...Object.keys(platform)].filter((n) => n.endsWith(` ${kind}`) && groupOf(n.split(' ', 1)[0] ?? '') === group);
  const as = others.map((n) => n.split(' ', 1)[0] ?? '').sort();
  const [other] = others;
  if (other !== undefined) return { is: 'not-served', by: platform[other]?.from ?? `Kubernetes ${kubernetes}`, as };
  return groups.includes(group) ? { is: 'not-served', by: `Kubernetes ${kubernetes}`, as } : { is: 'unknown' };
};

const readJson = (directory: string, file: string): unknown => {
  try {
    return JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
  } catch (error) {
    const message = `.tools/schemas/${path.basename(directory)}/${file} can not be read: ${messageOf(error)}`;
    throw new GateError('GATE_SCHEMAS_FAILED', 'undecided', message, { hint: `Remove .tools/schemas. ${hint}`, cause: error });
  }
};
