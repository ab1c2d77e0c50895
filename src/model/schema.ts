/** One node of a schema as Kubernetes' OpenAPI and CRDs write it, `$ref` and `x-kubernetes-*` included. */
export type Schema = Readonly<Record<string, unknown>>;

/** A kind that the API server has, or what is known about one that it does not have. */
export type KindLookup =
  | { readonly is: 'served'; readonly schema: Schema }
  /** The server would say that there is no such kind: `by` is what was asked, `as` the versions that it does serve. */
  | { readonly is: 'not-served'; readonly by: string; readonly as: readonly string[] }
  /** No pinned source knows the kind, which says nothing about the server. */
  | { readonly is: 'unknown' };

/** Schemas of all kinds that the fleet's clusters serve, from pinned sources. */
export interface SchemaSet {
  /** Hash of the list of sources and of what reads them. */
  readonly key: string;
  /** Kubernetes that serves the built-in kinds of this set, `1.37`. */
  readonly kubernetes: string;
  /** Throws GateError when the set can not be read. */
  lookUp(apiVersion: string, kind: string): KindLookup;
  /** The definition that a `$ref` names. Throws GateError when there is none. */
  definition(reference: string): Schema;
  /** The same kinds of the platform on another Kubernetes, `1.36`; undefined where no pinned source has that version. */
  on(kubernetes: string): SchemaSet | undefined;
}
