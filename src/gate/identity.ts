import { itemLabel } from '#compare/compare-values.ts';
import type { Finding } from '#model/finding.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { hashSuffix, valueAt } from '#util/manifest.ts';

/**
 * What makes a finding at head the one that stood at base in the same root: rule, object, path, message, and the plain
 * value at the path. List items go by name and generated objects without their hash, so that an unrelated edit or a move
 * changes nothing; another value is another finding, so that no violation gets worse unnoticed.
 */
export const identityOf = (finding: Finding, object: Manifest | undefined): string =>
  JSON.stringify([
    finding.code,
    finding.effect === 'undecided',
    finding.subject.replace(hashSuffix, ''),
    namedPath(object, finding.path),
    finding.message,
    finding.path.length === 0 ? null : plainValue(valueAt(object, ...finding.path)),
    finding.file ?? '',
  ]);

/** The path with list items by name: `['spec', 'containers', 'name=agent']`. */
export const namedPath = (object: Manifest | undefined, path: JsonPath): string[] => {
  let value: unknown = object;
  return path.map((key) => {
    const list = value;
    value = valueAt(value, key);
    return typeof key === 'number' && Array.isArray(list) ? itemLabel(list, key) : String(key);
  });
};

/** Numbers, texts and lists of them; a map below the path has rules of its own for what is in it. */
const plainValue = (value: unknown): unknown => {
  if (value === undefined) return 'absent';
  const isPlain = (v: unknown): boolean => typeof v !== 'object' || v === null;
  return isPlain(value) || (Array.isArray(value) && value.every(isPlain)) ? { value } : null;
};
