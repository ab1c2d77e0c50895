import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The digest that the image of a release has in these stories. */
const digestOf = (agent: string, version: string): string => `sha256:${createHash('sha256').update(`${agent} ${version}`).digest('hex')}`;

export const imageOf = (agent: string, version: string): string => `registry.norvik.example/agents/${agent}@${digestOf(agent, version)}`;

/** A release with configuration 1 and another image. */
export const writeRelease = (folder: string, agent: string, version: string): void => {
  const release = path.join(folder, 'agents', agent, 'releases', version);
  mkdirSync(release, { recursive: true });
  writeFileSync(
    path.join(release, 'kustomization.yaml'),
    `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../config/1
images:
  - name: agent
    newName: registry.norvik.example/agents/${agent}
    digest: ${digestOf(agent, version)}
`,
  );
};

/** Points one ring of an agent to another release: the one line of a promotion or a revert. */
export const pin = (folder: string, agent: string, ring: string, version: string): void => {
  const file = path.join(folder, 'agents', agent, 'rings', ring, 'pin', 'kustomization.yaml');
  const text = readFileSync(file, 'utf8');
  const pinned = text.replace(/releases\/[^\s]+/, `releases/${version}`);
  if (pinned === text && !text.includes(`releases/${version}`)) throw new Error(`${file} names no release`);
  writeFileSync(file, pinned);
};
