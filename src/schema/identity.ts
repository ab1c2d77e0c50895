import type { Manifest } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { shown } from '#util/shown.ts';

/** Names that the API server takes: a path segment (apimachinery's path.ValidatePathSegmentName) of at most 253 characters. */
const isName = (name: string): boolean =>
  name !== '' && name.length <= 253 && name !== '.' && name !== '..' && /^[\x21-\x7e]+$/.test(name) && !/[/%]/.test(name);

/** What is wrong with the identity of one object; undefined when nothing is. */
export const identityProblem = (object: Manifest): string | undefined => {
  const name = textAt(object, 'metadata', 'name');
  if (textAt(object, 'apiVersion') === '' || textAt(object, 'kind') === '') return 'has no apiVersion or no kind';
  if (valueAt(object, 'metadata', 'generateName') !== undefined) return 'asks for a generated name, so that nobody knows which object it is';
  return isName(name) ? undefined : `has the name ${shown(name) || '(none)'}, which the API server does not take`;
};
