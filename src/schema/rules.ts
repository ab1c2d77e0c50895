import type { RuleInfo } from '#model/evaluator.ts';

export type SchemaRule =
  | 'schema.identity'
  | 'schema.unknown_field'
  | 'schema.invalid_value'
  | 'schema.not_served'
  | 'schema.missing'
  | 'schema.unknown_version';

/** What `ranfleet explain` says about each rule of this stage; the texts of a single finding come with the finding. */
export const schemaRules: readonly RuleInfo[] = [
  {
    code: 'schema.identity',
    id: 'SCH-05',
    title: 'Every object has a name of its own',
    description: 'Two objects of one kind, namespace and name overwrite each other, and an object without a name that the API server takes is never applied.',
    severity: 'deny',
    controls: [],
    failureMessage: '{problem}',
    solution: 'Give the object a name of at most 253 lower-case letters, digits, - and ., which no other object of the root has.',
  },
  {
    code: 'schema.unknown_field',
    id: 'SCH-01',
    title: 'Every field exists',
    description: 'The API server drops a field that its schema does not have, or refuses the object: a misspelt pause is no pause.',
    severity: 'deny',
    controls: [],
    failureMessage: '{parent} has no field {field}',
    solution: 'Write the field as the schema of the kind has it, or take it out.',
  },
  {
    code: 'schema.invalid_value',
    id: 'SCH-02',
    title: 'Every value fits its field',
    description: 'The API server refuses an object with a value of the wrong type, form or range, and the whole sync of the root stops there.',
    severity: 'deny',
    controls: [],
    failureMessage: '{path} {problem}',
    solution: 'Write a value that the schema of the kind allows.',
  },
  {
    code: 'schema.not_served',
    id: 'SCH-03',
    title: 'Every kind is served',
    description: 'The API server has no such kind in this version, so that the object could never be applied.',
    severity: 'deny',
    controls: [],
    failureMessage: '{apiVersion} {kind} is not served by {source}',
    solution: 'Use a version that is served.',
  },
  {
    code: 'schema.missing',
    id: 'SCH-04',
    title: 'Every kind has a schema',
    description: 'Nobody can say whether the API server would take an object of which no pinned source has the schema; that is no pass.',
    severity: 'deny',
    controls: [],
    failureMessage: 'there is no schema for {apiVersion} {kind}',
    solution: 'Add the module that carries the CRD to tools/schemas/modules.json, with version and sum.',
  },
  {
    code: 'schema.unknown_version',
    id: 'SCH-06',
    title: 'Every Kubernetes of the fleet has schemas',
    description: 'A field may be new in one version of Kubernetes and be dropped by the one before, so that each cluster is judged by its own.',
    severity: 'deny',
    controls: [],
    failureMessage: 'there are no schemas of Kubernetes {version}',
    solution: 'Add k8s.io/kubernetes of that version to tools/schemas/modules.json, or correct spec.kubernetes of the cluster.',
  },
];

export const schemaRule = (code: SchemaRule): RuleInfo => {
  const rule = schemaRules.find((r) => r.code === code);
  if (!rule) throw new TypeError(`there is no rule ${code}`);
  return rule;
};
