import { loadAll } from 'js-yaml';
import { asList, type Fields, textAt, valueAt } from '../../src/util/manifest.ts';
import { compact } from './compact.ts';

/** Schema of one served version of a kind. */
interface ServedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Fields;
}

/** What the OpenAPI of Kubernetes does not say of some types: which bare objects hold anything (every other is an empty struct). */
const extras: readonly (readonly [name: RegExp, extra: Fields])[] = [
  [/\.(FieldsV1|Patch|RawExtension)$/, { 'x-kubernetes-preserve-unknown-fields': true }],
  [/\.Quantity$/, { format: 'quantity' }],
];

/** Definitions of one document of Kubernetes' OpenAPI, and the kinds that can be created through it. */
export const fromOpenApi = (document: Fields): { definitions: [string, unknown][]; kinds: { apiVersion: string; kind: string; definition: string }[] } => {
  const definitions = Object.entries((valueAt(document, 'components', 'schemas') ?? {}) as Fields).map(([name, schema]): [string, unknown] => {
    return [name, { ...(compact(schema) as Fields), ...(extras.find(([pattern]) => pattern.test(name))?.[1] ?? {}) }];
  });
  const created = Object.entries((document['paths'] ?? {}) as Fields).filter(([path]) => !path.includes('{name}'));
  const served = new Set(created.map(([, verbs]) => nameOf(valueAt(verbs, 'post', 'x-kubernetes-group-version-kind')).join(' ')));
  const kinds = definitions.flatMap(([name, schema]) =>
    asList(valueAt(schema, 'x-kubernetes-group-version-kind')).flatMap((id) => {
      const [apiVersion, kind] = nameOf(id);
      return served.has(`${apiVersion} ${kind}`) ? [{ apiVersion, kind, definition: name }] : [];
    }),
  );
  return { definitions, kinds };
};

const nameOf = (id: unknown): readonly [apiVersion: string, kind: string] => {
  const [group, version] = [textAt(id, 'group'), textAt(id, 'version')];
  return [group === '' ? version : `${group}/${version}`, textAt(id, 'kind')];
};

/** The served versions of all CRDs in a YAML file; none when the file holds none. */
export const fromCrds = (text: string): ServedKind[] =>
  (text.includes('kind: CustomResourceDefinition') ? loadAll(text) : [])
    .filter((document) => textAt(document, 'kind') === 'CustomResourceDefinition')
    .flatMap((crd) => asList(valueAt(crd, 'spec', 'versions')).map((version) => ({ crd, version })))
    .filter(({ version }) => valueAt(version, 'served') === true)
    .map(({ crd, version }) => ({
      apiVersion: `${textAt(crd, 'spec', 'group')}/${textAt(version, 'name')}`,
      kind: textAt(crd, 'spec', 'names', 'kind'),
      schema: compact(valueAt(version, 'schema', 'openAPIV3Schema')) as Fields,
    }));
