import { createHash } from 'node:crypto';
import { canonicalJson } from '#evidence/canonical.ts';
import { type RenderRequest, type RenderTools, renderRoots } from '#render/render.ts';

/**
 * SHA-256 of what a release renders, 64 hex digits. It is rendered as the pins of all rings take it, before the sizes of a tier are put in:
 * with its configuration and the traits that this refers to. Equal digests in every ring, or it is not the same release.
 */
export const releaseDigest = async (agent: string, release: string, of: Omit<RenderRequest, 'roots'>, tools: RenderTools): Promise<string> => {
  const [rendered] = await renderRoots({ ...of, roots: [{ path: `agents/${agent}/releases/${release}`, kind: 'agent' }] }, tools);
  return createHash('sha256')
    .update(canonicalJson(rendered?.objects ?? []))
    .digest('hex');
};
