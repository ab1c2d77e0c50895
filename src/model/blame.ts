/** Which part of a kustomization set a value; the words are those of `docs/glossary.md`. */
export type LayerKind =
  | 'resource'
  | 'json-patch'
  | 'strategic-merge-patch'
  | 'image'
  | 'replicas'
  | 'label'
  | 'annotation'
  | 'namespace'
  | 'name-affix'
  | 'generator'
  | 'replacement'
  | 'component';

/** A span of lines in a source file, counted from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly endLine?: number;
}

/** One layer that wrote the value, or a parent of it. */
export interface Layer extends SourcePlace {
  readonly kind: LayerKind;
  /** For people, on one line: `op replace /spec/replicas` or `images[name=agent].digest`. */
  readonly what: string;
}

/** Which line of which source file a rendered value comes from. */
export interface Blame {
  /** The line to look at first: the layer that was applied last and wrote the value. */
  readonly culprit: Layer;
  /** All layers that wrote the value or a parent of it, last applied first; the culprit is among them. */
  readonly layers: readonly Layer[];
  /** The field is absent: the culprit is its nearest parent, and this is where an overlay would add it. */
  readonly addAt?: SourcePlace;
}
