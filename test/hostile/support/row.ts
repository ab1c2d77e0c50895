import type { Tree } from '../../support/tree-snapshot.ts';

/** 0 allow, 1 deny, 2 malformed, 3 undecided, 4 limit: the gate's own exit codes. */
export type ExitClass = 0 | 1 | 2 | 3 | 4;

/** One hostile pull request, and what the gate must make of it. */
export interface Row {
  /** Row of the list of hostile inputs, `H01` to `H83`. */
  readonly id: string;
  readonly name: string;
  /** Files that the pull request writes, over a clean fleet. */
  readonly head: () => Tree;
  /** Files that stand in the clean fleet already. */
  readonly base?: () => Tree;
  readonly exit: ExitClass;
  /** Texts that the output must hold. */
  readonly says: readonly string[];
}

/** Folder of the root that the rows attack. */
export const folder = 'clusters/prd-region-se-01/facts';

export const at = (name: string): string => `${folder}/${name}`;

export const kustomization = (text: string | Buffer): Tree => ({ [at('kustomization.yaml')]: text });

/** A pull request that writes the one manifest of the attacked root. */
export const manifest = (content: string | Buffer): Tree => ({ [at('a.yaml')]: content });

export const configMap = (more: string, name = 'facts'): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
