import type { Manifest } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { shown } from '#util/shown.ts';

/** Kinds whose names are only path segments (apimachinery's path.ValidatePathSegmentName); all others are DNS subdomains (RFC 1123). */
const rbacKinds = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);
const segment = /^(?!\.{1,2}$)[\x21-\x24\x26-\x2e\x30-\x7e]+$/;
const subdomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

const isName = (kind: string, name: string): boolean => name.length <= 253 && (rbacKinds.has(kind) ? segment : subdomain).test(name);

/** What is wrong with the identity of one object; undefined when nothing is. */
export const identityProblem = (object: Manifest): string | undefined => {
  const name = textAt(object, 'metadata', 'name');
  if (textAt(object, 'apiVersion') === '' || textAt(object, 'kind') === '') return 'has no apiVersion or no kind';
  if (valueAt(object, 'metadata', 'generateName') !== undefined) return 'asks for a generated name, so that nobody knows which object it is';
  return isName(textAt(object, 'kind'), name) ? undefined : `has the name ${shown(name) || '(none)'}, which the API server does not take`;
};
