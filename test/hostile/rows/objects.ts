import type { Tree } from '../../support/tree-snapshot.ts';
import { at, configMap, type ExitClass, kustomization, manifest, type Row } from '../support/row.ts';

const row = (id: string, name: string, exit: ExitClass, head: () => Tree, ...says: string[]): Row => ({ id, name, head, exit, says });
const denied = (id: string, name: string, head: () => Tree, ...says: string[]): Row => row(id, name, 1, head, ...says);

const digest = `sha256:${'ab'.repeat(32)}`;
const image = `registry.norvik.example/a@${digest}`;

/** A container that is well but for what is given. */
const container = (more: string, reference = image): string => `{name: a, image: "${reference}", ${more}}`;
const privileged = container('securityContext: {privileged: true}');

/** A pod of the given spec, at the path where each kind holds it. */
const kinds: Readonly<Record<string, (spec: string) => string>> = {
  Pod: (spec) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${spec}\n`,
  Deployment: (spec) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: ${spec}}}\n`,
  Rollout: (spec) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: ${spec}}}\n`,
  CronJob: (spec) =>
    `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: "0 1 * * *", jobTemplate: {spec: {template: {spec: ${spec}}}}}\n`,
};

const pod = (containers: string, kind: keyof typeof kinds = 'Pod'): Tree => manifest(kinds[kind]?.(`{containers: [${containers}]}`) ?? '');

/** What judges every object after it, as it stands and as somebody would weaken it. */
const guards: Readonly<Record<string, readonly [strict: string, weak: string]>> = {
  ValidatingAdmissionPolicyBinding: [
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: a}\nspec: {policyName: a, validationActions: [Deny]}\n',
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: a}\nspec: {policyName: a, validationActions: [Warn]}\n',
  ],
  ValidatingAdmissionPolicy: [
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec: {validations: [{expression: "object.spec.replicas > 1"}]}\n',
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec: {validations: [{expression: "true"}]}\n',
  ],
  APIService: [
    'apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.a.example}\nspec: {group: a.example, version: v1, groupPriorityMinimum: 1, versionPriority: 1}\n',
    'apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.a.example}\nspec: {group: a.example, version: v1, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true}\n',
  ],
  PriorityClass: [
    'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 1000\n',
    'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 1\n',
  ],
};

const guarded = Object.entries(guards).flatMap(([kind, [strict, weak]]): Row[] => {
  const base = (): Tree => manifest(`${configMap('')}---\n${strict}`);
  return [
    { ...denied('H67', `a ${kind} that goes`, () => manifest(configMap('')), 'deny change.guard'), base },
    { ...denied('H67', `a ${kind} that is weakened`, () => manifest(`${configMap('')}---\n${weak}`), 'deny change.guard'), base },
  ];
});

export const rows: readonly Row[] = [
  ...guarded,
  denied(
    'H54',
    'a patch that takes the security context away: the result is judged',
    () => ({
      ...kustomization(
        'resources: [a.yaml]\npatches:\n  - target: {kind: Pod}\n    patch: \'[{"op": "remove", "path": "/spec/containers/0/securityContext"}]\'\n',
      ),
      ...pod(container('securityContext: {privileged: false}')),
    }),
    'deny security.',
  ),
  denied(
    'H54',
    'a patch that deletes an object: what is left is compared',
    () => ({
      ...kustomization('resources: [a.yaml]\npatches:\n  - patch: |\n      $patch: delete\n      apiVersion: v1\n      kind: Pod\n      metadata: {name: a}\n'),
      [at('a.yaml')]: `${kinds['Pod']?.(`{containers: [${privileged}]}`)}---\n${configMap('', 'a.b.')}`,
    }),
    'schema.identity',
  ),
  denied(
    'H55',
    'a transformer that puts a tag in place of the digest',
    () => ({
      ...kustomization('resources: [a.yaml]\nimages:\n  - name: registry.norvik.example/a\n    newTag: latest\n'),
      ...pod(container('')),
    }),
    'security.image_digest',
  ),
  denied(
    'H55',
    'a transformer to another registry',
    () => ({
      ...kustomization(`resources: [a.yaml]\nimages:\n  - name: registry.norvik.example/a\n    newName: evil.example/a\n    digest: ${digest}\n`),
      ...pod(container('')),
    }),
    'security.image_digest',
  ),
  denied(
    'H55',
    'two transformers of one image: the last word is judged',
    () => ({
      ...kustomization(
        `resources: [a.yaml]\nimages:\n  - name: registry.norvik.example/a\n    digest: ${digest}\n  - name: registry.norvik.example/a\n    newTag: "1"\n`,
      ),
      ...pod(container('')),
    }),
    'security.image_digest',
  ),
  row('H59', 'a kind that nobody knows', 3, () => manifest('apiVersion: evil.example/v1\nkind: Thing\nmetadata: {name: a}\n'), 'schema.missing'),
  denied(
    'H59',
    'a version that is not served any more',
    () => manifest('apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n'),
    'schema.not_served',
  ),
  denied('H59', 'a field in other letters', () => pod(container('securityContext: {Privileged: false}')), 'schema.unknown_field', 'Privileged'),
  denied('H59', 'a misspelt field', () => pod(container('securtyContext: {privileged: false}')), 'schema.unknown_field', 'securtyContext'),
  ...Object.keys(kinds).map((kind) => denied('H60', `a privileged container in a ${kind}`, () => pod(privileged, kind), 'deny security.')),
  denied(
    'H60',
    'a privileged init container',
    () => manifest(kinds['Pod']?.(`{initContainers: [${privileged}], containers: [${container('')}]}`) ?? ''),
    'deny security.',
    'initContainers',
  ),
  denied(
    'H60',
    'a privileged ephemeral container',
    () => manifest(kinds['Pod']?.(`{ephemeralContainers: [${privileged}], containers: [${container('')}]}`) ?? ''),
    'deny security.',
    'ephemeralContainers',
  ),
  denied(
    'H61',
    'a Rollout that takes its pods from a Deployment without pods: the Deployment is judged',
    () => ({
      [at('a.yaml')]:
        `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {replicas: 3, selector: {matchLabels: {a: b}}, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a}}\n---\n${kinds['Deployment']?.(`{containers: [${privileged}]}`).replace('spec: {', 'spec: {replicas: 0, ')}`,
    }),
    'deny security.',
    'apps/v1/Deployment',
  ),
  denied(
    'H62',
    'a key in a ConfigMap',
    () => manifest(configMap(`data:\n  key: |\n    -----BEGIN RSA ${'PRIVATE'} KEY-----\n    MIIEowIBAAKCAQEA\n`)),
    'security.secret_data',
  ),
  ...[
    'latest',
    'a:latest',
    'registry.norvik.example/a',
    `registry.norvik.example/a@sha512:${'ab'.repeat(64)}`,
    `REGISTRY.norvik.example/A@${digest}`,
    `registry.n\u043ervik.example/a@${digest}`,
    `registry.norvik.example:5000/a@${digest}`,
    `registry.norvik.example.evil.example/a@${digest}`,
    'a'.repeat(300),
  ].map((reference) => denied('H64', `the image ${reference.slice(0, 50)}`, () => pod(container('', reference)), 'security.image_digest')),
  ...['"-1"', '"1Gi Gi"', '9E9E', '"0.5ki"'].map((quantity) =>
    denied('H65', `a limit of ${quantity}`, () => pod(container(`resources: {limits: {memory: ${quantity}}}`)), 'container a states no limits.memory'),
  ),
];
