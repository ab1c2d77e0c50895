import type { Schema, SchemaSet } from '#model/schema.ts';
import { asList, isFields } from '#util/manifest.ts';
import { type Check, checksOf, onlyNamesType, typesOf } from './values.ts';

/** A schema made ready for many values: references followed, keywords sorted by what they are about. */
export interface SchemaNode {
  readonly schema: Schema;
  readonly types: readonly string[];
  readonly checks: readonly Check[];
  readonly nullable: boolean;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  /** Schema of fields without a name of their own. */
  readonly others: Schema | undefined;
  /** Takes any field: the schema says so, or says nothing about types. */
  readonly open: boolean;
  /** Is an object of its own, with apiVersion, kind and metadata. */
  readonly resource: boolean;
  readonly items: Schema | undefined;
  readonly allOf: readonly Schema[];
  readonly anyOf: readonly Schema[];
  readonly oneOf: readonly Schema[];
  readonly not: Schema | undefined;
}

/** By set: a reference leads elsewhere in another version of Kubernetes. */
const nodes = new WeakMap<SchemaSet, WeakMap<Schema, SchemaNode>>();

/** The node of a schema, made once: objects of a kind come by the thousand. */
export const nodeOf = (schema: Schema, set: SchemaSet): SchemaNode => {
  const ofSet = nodes.get(set) ?? new WeakMap<Schema, SchemaNode>();
  nodes.set(set, ofSet);
  const node = ofSet.get(schema) ?? makeNode(follow(schema, set));
  ofSet.set(schema, node);
  return node;
};

const follow = (schema: Schema, set: SchemaSet): Schema => {
  const { $ref: reference, ...rest } = schema;
  return typeof reference === 'string' ? { ...follow(set.definition(reference), set), ...rest } : schema;
};

const schemaIn = (value: unknown): Schema | undefined => (isFields(value) ? value : undefined);
const schemasIn = (value: unknown): Schema[] => asList(value).filter(isFields);

/** Forms that say more than which of several types the value has: types are checked first, with a plainer message. */
const formsIn = (value: unknown, types: readonly string[]): Schema[] => {
  const forms = schemasIn(value);
  return types.length > 1 && forms.every(onlyNamesType) ? [] : forms;
};

const makeNode = (schema: Schema): SchemaNode => {
  const types = typesOf(schema);
  const others = schema['additionalProperties'];
  return {
    schema,
    types,
    checks: checksOf(schema),
    nullable: schema['nullable'] === true,
    properties: (schemaIn(schema['properties']) ?? {}) as Readonly<Record<string, Schema>>,
    required: asList(schema['required']).filter((field) => typeof field === 'string'),
    others: schemaIn(others),
    open: others === true || schema['x-kubernetes-preserve-unknown-fields'] === true || types.length === 0,
    resource: schema['x-kubernetes-embedded-resource'] === true,
    items: schemaIn(schema['items']),
    allOf: schemasIn(schema['allOf']),
    anyOf: formsIn(schema['anyOf'], types),
    oneOf: formsIn(schema['oneOf'], types),
    not: schemaIn(schema['not']),
  };
};
