import type { ImageInput } from '#model/policy.ts';

/** Splits an image reference into its parts, with Docker's default registry where none is named. */
export const parseImage = (image: unknown): ImageInput => {
  const raw = typeof image === 'string' ? image : '';
  const [beforeDigest = '', digest] = raw.split('@', 2);
  const slash = beforeDigest.indexOf('/');
  const first = slash === -1 ? '' : beforeDigest.slice(0, slash);
  const named = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = named ? beforeDigest.slice(slash + 1) : beforeDigest;
  const colon = rest.lastIndexOf(':');
  return {
    raw,
    registry: raw === '' ? '' : named ? first : 'docker.io',
    repository: colon === -1 ? rest : rest.slice(0, colon),
    tag: colon === -1 ? null : rest.slice(colon + 1),
    digest: digest ?? null,
  };
};
