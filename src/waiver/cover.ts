import type { Finding } from '#model/finding.ts';
import type { Waiver } from '#model/waiver.ts';
import { formatPath, hashSuffix } from '#util/manifest.ts';

/** One finding in one root, with everything that the scope of a waiver may name. */
export interface PlacedFinding {
  readonly finding: Finding;
  /** Empty for a finding about no object. */
  readonly kind: string;
  readonly namespace: string;
  /** Name of the object; else the subject of the finding. */
  readonly name: string;
  /** Path inside the object, list items by name: `['containers', 'name=agent']`. */
  readonly namedPath: readonly string[];
  readonly root: string | undefined;
  /** All clusters that the root reaches. */
  readonly clusters: readonly string[];
}

/** Whether the rules and the scope of a waiver hold a finding; its days and its approval are not looked at. Pure. */
export const covers = ({ rules, scope }: Waiver, placed: PlacedFinding): boolean => {
  const within = (allowed: readonly string[] | undefined, isIn: (name: string) => boolean): boolean => allowed === undefined || allowed.some(isIn);
  return (
    rules.some((rule) => coversRule(rule, placed)) &&
    (scope.clusters === undefined || (placed.clusters.length > 0 && placed.clusters.every((c) => scope.clusters?.includes(c)))) &&
    within(scope.namespaces, (n) => n === placed.namespace) &&
    within(scope.kinds, (k) => k === placed.kind) &&
    within(scope.names, (n) => n === placed.name || n === placed.name.replace(hashSuffix, '')) &&
    within(scope.paths, (p) => coversPath(p, placed)) &&
    within(scope.roots, (r) => r === placed.root)
  );
};

const coversRule = (rule: string, placed: PlacedFinding): boolean => {
  const at = rule.indexOf(':');
  if (at < 0) return rule === placed.finding.code;
  return rule.slice(0, at) === placed.finding.code && itemsOf(placed).includes(rule.slice(at + 1));
};

/** What the term of a waiver may name: the object, the subject, or a list item on the way to the value. */
const itemsOf = ({ finding, name, namedPath }: PlacedFinding): string[] => [
  name,
  finding.subject,
  ...namedPath.flatMap((key) => (key.includes('=') ? [key.slice(key.indexOf('=') + 1)] : [])),
];

const coversPath = (path: string, { finding, namedPath }: PlacedFinding): boolean => {
  if (finding.file !== undefined) return path === finding.file;
  const written = [formatPath(finding.path), namedPath.map((key, i) => (key.includes('=') ? `[${key}]` : i === 0 ? key : `.${key}`)).join('')];
  return written.some((text) => text === path || text.startsWith(`${path}.`) || text.startsWith(`${path}[`));
};

/** How narrow a waiver is: of two that cover a finding the narrower one is named. Every kind of limit counts, the longer list less. */
export const specificityOf = ({ rules, scope }: Waiver): number => {
  const weights = { names: 100, roots: 100, paths: 50, namespaces: 10, clusters: 10, kinds: 5 } as const;
  const limits = Object.entries(weights).reduce(
    (sum, [key, weight]) => sum + weight / (scope[key as keyof typeof weights]?.length ?? Number.POSITIVE_INFINITY),
    0,
  );
  return limits + (rules.every((r) => r.includes(':')) ? 100 : 0) + 1 / rules.length;
};
