import { load } from 'js-yaml';
import type { ArtefactInput, JsonPath } from '#model/policy.ts';
import { isFields, textAt, valueAt } from '#util/manifest.ts';

/** Keys of run-time configuration that name something which decides what an agent does. */
const roles = /^(model|prompt|policyBundle|policy-bundle|bundle|image)s?$/i;

/** Models, prompts, policy bundles and images that a ConfigMap names, in documents of YAML or JSON or as plain keys. */
export const artefactsOf = (configMap: unknown): ArtefactInput[] => {
  const data = valueAt(configMap, 'data');
  return Object.entries(isFields(data) ? data : {}).flatMap(([key, text]) => {
    if (typeof text !== 'string') return [];
    return roles.test(key) ? [{ path: ['data', key], role: key, reference: text }] : within(parsed(text), ['data', key], '');
  });
};

/** Text that is no document has no keys. */
const parsed = (text: string): unknown => {
  try {
    return load(text);
  } catch {
    return undefined;
  }
};

const within = (value: unknown, path: JsonPath, role: string): ArtefactInput[] => {
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => within(item, [...path, i], role));
  if (isFields(value)) {
    // `model: {name: ..., digest: ...}` is pinned by its digest.
    if (role !== '') return [{ path, role, reference: textAt(value, 'digest') || JSON.stringify(value) }];
    return Object.entries(value).flatMap(([key, child]) => within(child, [...path, key], roles.test(key) ? key : ''));
  }
  return role === '' || value === null || value === undefined ? [] : [{ path, role, reference: String(value) }];
};
