/** Lines of an overlay that destroy something, or do nothing, without a word from kustomize. */
export interface SilentCase {
  readonly name: string;
  /** The kustomization below its header; `ENTRY` stands where the lines in question are. */
  readonly body: string;
  readonly entry: string;
  /** Extra files of the layer and of the base. */
  readonly files?: Readonly<Record<string, string>>;
  readonly base?: Readonly<Record<string, string>>;
  readonly isComponent?: true;
  /** Code of the finding, whose line carries `@here@`; undefined when there must be none. */
  readonly code?: string;
  /** Another finding that follows from the same lines. */
  readonly also?: string;
  /** What kustomize makes of the tree with the entry, held against the tree without it. */
  readonly effect: 'none' | 'some' | 'fails';
}
