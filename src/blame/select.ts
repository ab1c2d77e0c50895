import { isFields, textAt } from '#util/manifest.ts';
import { annotationsOf, effectiveNamespace, groupVersion, identities, kindOf, labelsOf, original, type Resource } from './resource.ts';

/** Thrown when a selector can not be understood here, although Go might: nothing may be concluded from it. */
export class UnknownSelector extends Error {}

const compiled = new Map<string, RegExp>();

const quantifier = /[*+]|\{\d+,/g;

/**
 * Go matches in linear time, this engine does not: an expression that could take long on a name of 253 characters is
 * not understood here. Names of a fleet need one wildcard.
 */
export const isCheap = (pattern: string): boolean =>
  pattern.length <= 500 && (pattern.match(quantifier) ?? []).length <= 3 && !/[*+}?]\)*\)[*+{]/.test(pattern);

/** kustomize anchors the expressions of a selector at both ends. */
const matches = (pattern: string, text: string): boolean => {
  if (pattern === '') return true;
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const flags = pattern.startsWith('(?i)') ? 'i' : '';
    if (!isCheap(pattern)) throw new UnknownSelector(pattern);
    try {
      expression = new RegExp(`^(?:${pattern.replace(/^\(\?i\)/, '')})$`, flags);
    } catch {
      throw new UnknownSelector(pattern);
    }
    compiled.set(pattern, expression);
  }
  return expression.test(text);
};

/** Requirements of a label selector, cut at the commas outside parentheses. */
const requirements = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const satisfies = (requirement: string, labels: ReadonlyMap<string, string>): boolean => {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(requirement);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const value = labels.get(key);
    const isIn = value !== undefined && list.split(',').some((item) => item.trim() === value);
    return operator === 'in' ? isIn : !isIn;
  }
  const equal = /^([^\s!=<>]+)\s*(==|=|!=)\s*(\S*)$/.exec(requirement);
  if (equal) return (labels.get(equal[1] ?? '') === equal[3]) === (equal[2] !== '!=');
  const exists = /^(!?)\s*([^\s!=<>(),]+)$/.exec(requirement);
  if (exists) return labels.has(exists[2] ?? '') === (exists[1] === '');
  throw new UnknownSelector(requirement);
};

const satisfiesAll = (selector: string, labels: ReadonlyMap<string, string>): boolean => requirements(selector).every((r) => satisfies(r, labels));

/** Selection by labels and annotations. */
export const matchesMarks = (selector: unknown, resource: Resource): boolean =>
  satisfiesAll(textAt(selector, 'labelSelector'), labelsOf(resource)) && satisfiesAll(textAt(selector, 'annotationSelector'), annotationsOf(resource));

/** Does the `target` of a patch select the object? Original and present names count (kustomize, resWrangler.Select). */
export const targets = (target: unknown, resource: Resource): boolean => {
  if (!isFields(target)) return false;
  const { group, version } = groupVersion(resource);
  const names = [original(resource), ...identities(resource).slice(-1)];
  return (
    names.some((id) => matches(textAt(target, 'namespace'), effectiveNamespace(resource, id.namespace))) &&
    names.some((id) => matches(textAt(target, 'name'), id.name)) &&
    matches(textAt(target, 'group'), group) &&
    matches(textAt(target, 'version'), version) &&
    matches(textAt(target, 'kind'), kindOf(resource)) &&
    matchesMarks(target, resource)
  );
};

/** Does a `select` of a replacement select the object, by regular expressions over all names it has had? */
export const selects = (select: unknown, resource: Resource): boolean => {
  const { group, version } = groupVersion(resource);
  return identities(resource).some(
    (id) =>
      matches(textAt(select, 'group'), group) &&
      matches(textAt(select, 'version'), version) &&
      matches(textAt(select, 'kind'), id.kind) &&
      matches(textAt(select, 'name'), id.name) &&
      matches(textAt(select, 'namespace'), id.namespace),
  );
};

/** Does a `source` of a replacement name the object? Literally, unlike its targets. */
export const isSource = (source: unknown, resource: Resource): boolean => {
  const { group, version } = groupVersion(resource);
  const same = (key: string, value: string): boolean => textAt(source, key) === '' || textAt(source, key) === value;
  return identities(resource).some(
    (id) =>
      same('group', group) &&
      same('version', version) &&
      same('kind', id.kind) &&
      same('name', id.name) &&
      (textAt(source, 'namespace') === '' || effectiveNamespace(resource, textAt(source, 'namespace')) === effectiveNamespace(resource, id.namespace)),
  );
};
