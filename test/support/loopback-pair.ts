import { createAuthority } from '#local/certificates.ts';

/** A key and a certificate for 127.0.0.1, and the authority that a client has to trust; PEM texts. */
export const loopbackPair = async (): Promise<{ key: string; certificate: string; authority: string }> => {
  const authority = await createAuthority('test');
  return { ...(await authority.issue({ name: 'loopback', hosts: ['127.0.0.1', 'localhost'] })), authority: authority.certificate };
};
