import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import 'reflect-metadata'; // the certificate package's container needs it first
import * as x509 from '@peculiar/x509';

/** A certificate authority that lives as long as one control plane. */
export interface Authority {
  readonly certificate: string;
  readonly issue: (request: { name: string; groups?: readonly string[]; hosts?: readonly string[] }) => Promise<KeyPair>;
}

export interface KeyPair {
  /** PEM texts. */
  readonly key: string;
  readonly certificate: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

x509.cryptoProvider.set(webcrypto as unknown as Crypto);

const newKeys = (): Promise<CryptoKeyPair> => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

const privatePem = (keys: CryptoKeyPair): string => String(KeyObject.from(keys.privateKey as never).export({ type: 'pkcs8', format: 'pem' }));

const publicPem = (keys: CryptoKeyPair): string => String(KeyObject.from(keys.publicKey as never).export({ type: 'spki', format: 'pem' }));

const validity = (): { notBefore: Date; notAfter: Date } => ({ notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + 30 * dayMs) });

const serial = (): string => `00${randomBytes(15).toString('hex')}`;

/** Makes an authority with a new key; valid for 30 days. */
export const createAuthority = async (name: string): Promise<Authority> => {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=${name}`,
    ...validity(),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    issue: async ({ name: subject, groups = [], hosts = [] }) => {
      const own = await newKeys();
      const issued = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: [`CN=${subject}`, ...groups.map((group) => `O=${group}`)].join(', '),
        issuer: certificate.subject,
        ...validity(),
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']),
          ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName))] : []),
        ],
      });
      return { key: privatePem(own), certificate: `${issued.toString('pem')}\n` };
    },
  };
};

const alternativeName = (value: string): x509.JsonGeneralName => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value });

/** The pair that signs service account tokens and verifies them. */
export const serviceAccountKeys = async (): Promise<{ key: string; publicKey: string }> => {
  const keys = await newKeys();
  return { key: privatePem(keys), publicKey: publicPem(keys) };
};

/** Writes `<name>.crt` and `<name>.key` into `folder`. */
export const writePair = (folder: string, name: string, pair: KeyPair): void => {
  writeFileSync(path.join(folder, `${name}.crt`), pair.certificate, { mode: 0o600 });
  writeFileSync(path.join(folder, `${name}.key`), pair.key, { mode: 0o600 });
};

/** A bearer token of 128 random bits. */
export const newToken = (): string => randomBytes(16).toString('hex');
