import type { Schema, SchemaSet } from '#model/schema.ts';

/** Metadata as far as small tests need it. */
const objectMeta: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** A set with one kind, `tests/v1 Thing`, whose `spec` has the given schema. */
export const schemasWith = (spec: Schema, definitions: Readonly<Record<string, Schema>> = {}): SchemaSet => {
  const schema: Schema = { type: 'object', properties: { spec } };
  const all: Readonly<Record<string, Schema>> = { 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': objectMeta, ...definitions };
  const set: SchemaSet = {
    key: 'memory',
    kubernetes: '1.37',
    on: (version) => (version === '1.37' ? set : undefined),
    lookUp: (apiVersion, kind) => {
      if (kind !== 'Thing') return { is: 'unknown' };
      return apiVersion === 'tests/v1' ? { is: 'served', schema } : { is: 'not-served', by: 'the tests', as: ['tests/v1'] };
    },
    definition: (reference) => all[reference.slice(reference.lastIndexOf('/') + 1)] ?? {},
  };
  return set;
};
