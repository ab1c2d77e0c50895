import { X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import { expect, test } from 'vitest';
import { createAuthority } from './certificates.ts';

test('a host that trusts the authority reaches the server under its name, and no other name', async () => {
  const authority = await createAuthority('test');
  const { key, certificate } = await authority.issue({ name: 'git.norvik.example', hosts: ['git.norvik.example', '127.0.0.1'] });
  const server = createServer({ key, cert: certificate }, (_, outgoing) => outgoing.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const ask = (servername: string): Promise<string> =>
    new Promise((resolve) => {
      get({ host: '127.0.0.1', port, ca: authority.certificate, servername, agent: false, headers: { host: servername } }, (answer) => {
        answer.resume();
        resolve('trusted');
      }).on('error', (error) => resolve(error.message));
    });
  expect(await ask('git.norvik.example')).toBe('trusted');
  const issued = new X509Certificate(certificate);
  expect([issued.checkHost('git.norvik.example'), issued.checkHost('elsewhere.example')]).toEqual(['git.norvik.example', undefined]);
  expect([issued.checkIssued(new X509Certificate(authority.certificate)), issued.ca]).toEqual([true, false]);
  await new Promise((resolve) => server.close(resolve));
});
