import type { Finding } from '#model/finding.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import type { SchemaSet } from '#model/schema.ts';
import { type Judge, judgeInput } from '#policy/judge.ts';
import { rootInput } from '#policy/root-input.ts';
import { checkRoots } from '#schema/check-roots.ts';
import { objectId } from '#util/manifest.ts';
import { identityOf } from './identity.ts';

export interface BaseSide {
  readonly head: ReadonlyMap<string, RenderedRoot>;
  readonly base: ReadonlyMap<string, RenderedRoot>;
  /** Do rules see the same facts at base as at head? Then equal objects have equal findings. */
  readonly sameFacts: boolean;
  /** All bundles that judged the head, over the facts of the base. Asked for only when a root must be looked at. */
  readonly judges: () => Promise<readonly Judge[]>;
  readonly schemas: SchemaSet;
  /** The lint of rollouts, over the facts of the base. */
  readonly lint: (root: RenderedRoot) => readonly Finding[];
  /** Versions of Kubernetes that the clusters of a root run at base. */
  readonly versions: (root: Root) => readonly string[];
}

/**
 * Marks what stood at base already. Only roots with a finding are looked at, and only when base rendered something else.
 * A new root has no debt: what a promotion carries to another ring is new there. What is undecided never becomes debt.
 * @param findings one root each; without a root, or not about rendered objects, they stay as they are
 */
export const markDebt = async (findings: readonly Finding[], side: BaseSide): Promise<Finding[]> => {
  const standing = new Map<string, ReadonlySet<string>>();
  const marked: Finding[] = [];
  for (const finding of findings) {
    const root = finding.roots[0];
    const [head, base] = root === undefined ? [] : [side.head.get(root), side.base.get(root)];
    if (finding.effect === 'undecided' || head === undefined || base === undefined) {
      marked.push(finding);
      continue;
    }
    const identities = standing.get(base.root.path) ?? (await identitiesAt(base, head, findings, side));
    standing.set(base.root.path, identities);
    marked.push(identities.has(identityOf(finding, objectOf(head, finding))) ? { ...finding, standing: 'debt' } : finding);
  }
  return marked;
};

const identitiesAt = async (base: RenderedRoot, head: RenderedRoot, findings: readonly Finding[], side: BaseSide): Promise<Set<string>> => {
  const isSame = side.sameFacts && JSON.stringify(base.objects) === JSON.stringify(head.objects);
  const found = isSame ? findings.filter((f) => f.roots[0] === head.root.path) : await findingsAt(base, side);
  return new Set(found.map((finding) => identityOf(finding, objectOf(base, finding))));
};

const findingsAt = async (base: RenderedRoot, side: BaseSide): Promise<Finding[]> => [
  ...(await judgeInput(await side.judges(), rootInput(base, base))),
  ...checkRoots([base], side.schemas, side.versions).findings,
  ...side.lint(base),
];

export const objectOf = ({ objects }: RenderedRoot, { subject }: Finding): Manifest | undefined => objects.find((o) => objectId(o) === subject);

/** Findings about files stand at base when the base has the same ones, on whatever line. */
export const fileDebt = (findings: readonly Finding[], atBase: (() => readonly Finding[]) | undefined): Finding[] => {
  if (findings.length === 0 || atBase === undefined) return [...findings];
  const known = new Set(atBase().map((f) => f.fingerprint));
  return findings.map((f) => (known.has(f.fingerprint) ? { ...f, standing: 'debt' as const } : f));
};
