import type { SettingsPart } from '#model/repository-settings.ts';
import { formatPath, isFields } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';

/** One place where GitHub has something else than the repository declares. */
export interface Drift {
  readonly part: Pick<SettingsPart, 'kind' | 'name'>;
  /** `ruleset main-review: rules.pull_request.parameters.require_code_owner_review`. */
  readonly path: string;
  /** Undefined: it should not be there. */
  readonly wanted: unknown;
  /** Undefined: it is not there. */
  readonly actual: unknown;
}

/** `ruleset main-review: enforcement: disabled instead of active`. */
export const driftLine = ({ path, wanted, actual }: Drift): string => {
  if (wanted === undefined) return `${path}: ${JSON.stringify(actual)} is not declared`;
  if (actual === undefined) return `${path}: is missing`;
  return `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`;
};

export const labelOfPart = ({ kind, name }: Pick<SettingsPart, 'kind' | 'name'>): string => (name === '' ? kind : `${kind} ${name}`);

/** Every difference, part by part and path by path; empty when GitHub has exactly what is declared. Pure. */
export const driftOf = (wanted: readonly SettingsPart[], actual: readonly SettingsPart[]): Drift[] => {
  const [left, right] = [byLabel(wanted), byLabel(actual)];
  return uniqueSorted([...left.keys(), ...right.keys()]).flatMap((label) => {
    const [want, have] = [left.get(label), right.get(label)];
    const part = want ?? have;
    if (part === undefined) return [];
    const told = { part: { kind: part.kind, name: part.name } };
    if (want === undefined || have === undefined) return [{ ...told, path: label, wanted: want?.value, actual: have?.value }];
    return differences(want.value, have.value, []).map(({ at, ...values }) => ({ ...told, path: `${label}: ${formatPath(at)}`, ...values }));
  });
};

/** Two rulesets may have one name on GitHub; the second one is one too many. */
const byLabel = (parts: readonly SettingsPart[]): Map<string, SettingsPart> => numbered(parts, labelOfPart);

interface Difference {
  readonly at: readonly string[];
  readonly wanted: unknown;
  readonly actual: unknown;
}

const differences = (wanted: unknown, actual: unknown, at: readonly string[]): Difference[] => {
  if (Array.isArray(wanted) && Array.isArray(actual))
    return differences(Object.fromEntries(numbered(wanted, keyOf)), Object.fromEntries(numbered(actual, keyOf)), at);
  if (!isFields(wanted) || !isFields(actual)) return wanted === actual ? [] : [{ at, wanted, actual }];
  return uniqueSorted([...Object.keys(wanted), ...Object.keys(actual)]).flatMap((key) => {
    const [want, have] = [wanted[key], actual[key]];
    if (want !== undefined) return differences(want, have, [...at, key]);
    return isOff(have) ? [] : [{ at: [...at, key], wanted: undefined, actual: have }];
  });
};

/** GitHub adds fields with the time, and sends those that are off as well as those that are on. */
const isOff = (value: unknown): boolean => {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.values(value).every(isOff);
};

/** All lists of these settings are sets; what an item is called tells which one of the other side it is. */
const keyOf = (item: unknown): string => {
  if (!isFields(item)) return String(item);
  const { context, actor_type: actor, actor_id: id, type, name } = item;
  if (typeof context === 'string') return context;
  if (actor !== undefined) return `${String(actor)} ${String(id)}`;
  return [type, name ?? item['id']].filter((part) => part !== undefined).join(' ');
};

/** By key; of equal keys the later ones get a number, so that no item hides another. */
const numbered = <T>(items: readonly T[], key: (item: T) => string): Map<string, T> => {
  const found = new Map<string, T>();
  for (const item of items) {
    let name = key(item);
    for (let n = 2; found.has(name); n++) name = `${key(item)} (${n})`;
    found.set(name, item);
  }
  return found;
};

export interface SettingsStep {
  readonly action: 'put' | 'remove';
  readonly part: SettingsPart;
}

/**
 * What has to be done so that no drift is left. What is there and not declared goes only where that was asked for: somebody else may have
 * made it for a reason.
 */
export const stepsFor = (wanted: readonly SettingsPart[], actual: readonly SettingsPart[], { prune }: { readonly prune: boolean }): SettingsStep[] => {
  const [left, right] = [byLabel(wanted), byLabel(actual)];
  const drifted = new Set(driftOf(wanted, actual).map(({ path }) => path.split(': ')[0] ?? ''));
  const puts = [...left]
    .filter(([label]) => drifted.has(label))
    .map(([label, part]): SettingsStep => ({ action: 'put', part: withId(part, right.get(label)) }));
  const extra = [...right].filter(([label]) => !left.has(label)).map(([, part]): SettingsStep => ({ action: 'remove', part }));
  return prune ? [...puts, ...extra] : puts;
};

const withId = (part: SettingsPart, standing: SettingsPart | undefined): SettingsPart => (standing?.id === undefined ? part : { ...part, id: standing.id });
