import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import type { KindLookup, Schema, SchemaSet } from '#model/schema.ts';

const indexSchema = z.object({
  kubernetes: z.string(),
  groups: z.array(z.string()),
  kinds: z.record(z.string(), z.object({ file: z.string(), from: z.string() })),
});

const hint = 'Run `node scripts/ensure.mjs deps schemas`.';

/** Hash of the list of schema sources: the schemas of another list are other schemas. */
export const schemasKey = (repository: string): string =>
  createHash('sha256')
    .update(readFileSync(path.join(repository, 'tools', 'schemas', 'modules.json')))
    .digest('hex')
    .slice(0, 16);

/**
 * The schemas that were built from the pinned modules. A kind's file is read when the kind is first asked for.
 * @throws GateError GATE_SCHEMAS_MISSING when they are not built, or were built from another list.
 */
export const openSchemas = (repository: string): SchemaSet => {
  const key = schemasKey(repository);
  const directory = path.join(repository, '.tools', 'schemas', key);
  if (!existsSync(path.join(directory, 'index.json'))) {
    throw new GateError('GATE_SCHEMAS_MISSING', 'undecided', `the schemas of the kinds are not built (.tools/schemas/${key})`, { hint });
  }
  const index = indexSchema.parse(readJson(directory, 'index.json'));
  const lookups = new Map<string, KindLookup>();
  let definitions: Readonly<Record<string, Schema>> | undefined;
  return {
    key,
    lookUp: (apiVersion, kind) => {
      const name = `${apiVersion} ${kind}`;
      const known = lookups.get(name) ?? lookUp(directory, index, apiVersion, kind);
      lookups.set(name, known);
      return known;
    },
    definition: (reference) => {
      definitions ??= readJson(directory, 'definitions.json') as Readonly<Record<string, Schema>>;
      const found = definitions[reference.slice(reference.lastIndexOf('/') + 1)];
      if (found) return found;
      throw new GateError('GATE_SCHEMAS_FAILED', 'undecided', `no definition ${reference} in .tools/schemas/${key}`, { hint });
    },
  };
};

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

const lookUp = (directory: string, index: z.infer<typeof indexSchema>, apiVersion: string, kind: string): KindLookup => {
  const own = Object.hasOwn(index.kinds, `${apiVersion} ${kind}`) ? index.kinds[`${apiVersion} ${kind}`] : undefined;
  if (own) return { is: 'served', schema: readJson(directory, own.file) as Schema };
  const group = groupOf(apiVersion);
  const others = Object.entries(index.kinds).filter(([name]) => name.endsWith(` ${kind}`) && groupOf(name.split(' ', 1)[0] ?? '') === group);
  const as = others.map(([name]) => name.split(' ', 1)[0] ?? '').sort();
  const [other] = others;
  if (other) return { is: 'not-served', by: other[1].from, as };
  return index.groups.includes(group) ? { is: 'not-served', by: `Kubernetes ${index.kubernetes}`, as } : { is: 'unknown' };
};

const readJson = (directory: string, file: string): unknown => {
  try {
    return JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
  } catch (error) {
    const message = `.tools/schemas/${path.basename(directory)}/${file} can not be read: ${messageOf(error)}`;
    throw new GateError('GATE_SCHEMAS_FAILED', 'undecided', message, { hint: `Remove .tools/schemas. ${hint}`, cause: error });
  }
};
