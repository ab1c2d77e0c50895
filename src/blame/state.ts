import type { LayerKind } from '#model/blame.ts';
import type { SourceFault } from '#render/kustomization.ts';
import type { Fields } from '#util/manifest.ts';
import { type FieldSpecs, mergeSpecs } from './field-specs.ts';
import type { Resource } from './resource.ts';
import type { Key, SourceText } from './source-text.ts';
import { type Author, linkOf, type Write } from './tree.ts';

/** Something that a layer does and should not, or does not and should. */
export interface LayerFault {
  readonly code: string;
  readonly message: string;
  readonly solution: string;
  readonly text: SourceText;
  readonly document: number;
  readonly path: readonly Key[];
  /** It says that something is not there, which needs to know all that is there. */
  readonly saysMissing?: true;
  /** kustomize refuses to build because of it. */
  readonly breaks?: true;
  /** It only counts when this is still so when all layers were applied. */
  readonly stands?: (resources: readonly Resource[]) => boolean;
}

/** All objects and what is known of them after some layers. */
export interface State {
  readonly resources: readonly Resource[];
  /** Field specifications of `configurations`, which travel upwards with the objects. */
  readonly specs: FieldSpecs;
  readonly faults: readonly LayerFault[];
  /** Something took part that is not repeated here, so nobody may conclude that an object is missing. */
  readonly isPartial?: true;
}

export const emptyState: State = { resources: [], specs: {}, faults: [] };

export const together = (a: State, b: State): State => ({
  resources: [...a.resources, ...b.resources],
  specs: mergeSpecs(a.specs, b.specs),
  faults: [...a.faults, ...b.faults],
  ...(a.isPartial || b.isPartial ? { isPartial: true as const } : {}),
});

/** One kustomization file while it is applied. */
export interface Layer {
  readonly folder: string;
  readonly text: SourceText;
  readonly fields: Fields;
  readonly isComponent: boolean;
  /** A file named in it, or undefined when there is none. */
  readonly open: (name: string) => SourceText | undefined;
  /** Kinds of the schema that an `openapi` field names; undefined without one. */
  readonly schemaKinds: ReadonlySet<string> | undefined;
}

export const authorOf = (layer: Layer, kind: LayerKind, what: string): Author => ({ kind, what, text: layer.text, document: 0, folder: layer.folder });

/** A write by an entry of the kustomization itself. */
export const writeOf = (layer: Layer, kind: LayerKind, what: string, path: readonly Key[]): Write => ({
  author: authorOf(layer, kind, what),
  link: linkOf(path),
  before: undefined,
});

export const faultPlace = ({ text, document, path }: LayerFault): Pick<SourceFault, 'file' | 'line'> => ({
  file: text.file,
  line: text.span(document, path).line,
});
