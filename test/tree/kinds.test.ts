import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolPath } from '#adapters/tools.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { repository } from '../support/policy-cases.ts';

const objects = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: agent
spec:
  selector:
    matchLabels: {app: agent}
  template:
    metadata:
      labels: {app: agent}
    spec:
      containers:
        - name: agent
          image: agent
          envFrom:
            - configMapRef: {name: settings}
---
apiVersion: v1
kind: Service
metadata:
  name: agent
spec:
  selector: {app: agent}
`;

const kustomization = (components: string): string => `resources: [objects.yaml]
${components}
labels:
  - pairs: {team: radio}
    includeSelectors: true
configMapGenerator:
  - name: settings
    literals: [a=1]
`;

describe('the trait that teaches kustomize the Rollout kind', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-kinds-'));
    cpSync(path.join(repository, 'agents/_traits/kinds'), path.join(directory, 'kinds'), { recursive: true });
    for (const [name, components] of [
      ['taught', 'components: [../kinds/v1]'],
      ['untaught', ''],
    ] as const) {
      mkdirSync(path.join(directory, name));
      writeFileSync(path.join(directory, name, 'objects.yaml'), objects);
      writeFileSync(path.join(directory, name, 'kustomization.yaml'), kustomization(components));
    }
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const build = (name: string) => {
    const text = execFileSync(toolPath(repository, 'gate', 'kustomize'), ['build', path.join(directory, name)], { encoding: 'utf8' });
    const all = loadAll(text);
    const find = (kind: string): unknown => all.find((o) => textAt(o, 'kind') === kind);
    return {
      configMap: textAt(find('ConfigMap'), 'metadata', 'name'),
      referred: textAt(find('Rollout'), 'spec', 'template', 'spec', 'containers', 0, 'envFrom', 0, 'configMapRef', 'name'),
      selector: valueAt(find('Service'), 'spec', 'selector'),
      podLabels: valueAt(find('Rollout'), 'spec', 'template', 'metadata', 'labels'),
    };
  };

  test('writes the hashed ConfigMap name into the Rollout and the label into its pods', () => {
    const { configMap, referred, selector, podLabels } = build('taught');
    expect(referred).toBe(configMap);
    expect(podLabels).toEqual(selector);
  });

  test('is needed: without it the name dangles and the Service selects nothing', () => {
    const { configMap, referred, selector, podLabels } = build('untaught');
    expect(referred).toBe('settings');
    expect(configMap).not.toBe('settings');
    expect({ selector, podLabels }).toEqual({ selector: { app: 'agent', team: 'radio' }, podLabels: { app: 'agent' } });
  });
});
