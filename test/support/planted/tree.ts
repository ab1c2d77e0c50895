import type { JsonPath } from '#model/policy.ts';
import type { Tree } from '../tree-snapshot.ts';

/** One value that somebody set wrong on purpose. The line that set it carries `@<mark>@`, in a comment or in the value. */
export interface Planted {
  readonly mark: string;
  /** `Kind/name` as rendered; the hash of a generated name is left out. */
  readonly object: string;
  /** Keys, places in lists, or the name of a list item after `#`. */
  readonly path: string;
}

/** Lines of one kustomization and the files beside it, with the values that they set. */
export interface Scenario {
  readonly name: string;
  /** Fields of the kustomization. */
  readonly body: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Files of the base, where the scenario needs its own. */
  readonly base?: Readonly<Record<string, string>>;
  readonly planted: readonly Planted[];
}

const header = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const componentHeader = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';

/** Where the lines of a scenario stand: in the root, in a component of it, or in an overlay below it. */
export const positions = {
  overlay: (body: string): Tree => ({ 'root/kustomization.yaml': `${header}resources: [../base]\n${body}` }),
  component: (body: string): Tree => ({
    'root/kustomization.yaml': `${header}resources: [../base]\ncomponents: [../layer]\n`,
    'layer/kustomization.yaml': `${componentHeader}${body}`,
  }),
  below: (body: string): Tree => ({
    'root/kustomization.yaml': `${header}resources: [../layer]\ncommonAnnotations: {above: all}\n`,
    'layer/kustomization.yaml': `${header}resources: [../base]\n${body}`,
  }),
} as const;

export type Position = keyof typeof positions;

export const treeOf = (scenario: Scenario, position: Position): Tree => {
  const folder = position === 'overlay' ? 'root' : 'layer';
  const base = scenario.base ?? baseFiles;
  return {
    'base/kustomization.yaml': `${header}resources:\n${Object.keys(base)
      .map((file) => `  - ${file}\n`)
      .join('')}`,
    ...Object.fromEntries(Object.entries(base).map(([name, text]) => [`base/${name}`, text])),
    ...positions[position](scenario.body),
    ...Object.fromEntries(Object.entries(scenario.files ?? {}).map(([name, text]) => [`${folder}/${name}`, text])),
  };
};

/** File and line that carry a mark. */
export const placeOf = (tree: Tree, mark: string): string => {
  const places = Object.entries(tree).flatMap(([file, text]) =>
    String(text)
      .split('\n')
      .flatMap((line, i) => (line.includes(`@${mark}@`) ? [`${file}:${i + 1}`] : [])),
  );
  if (places.length !== 1) throw new Error(`the mark ${mark} stands at ${places.length} lines`);
  return String(places[0]);
};

/** The path with the places of named items looked up in what was rendered. */
export const pathIn = (object: unknown, path: string): JsonPath => {
  let value = object;
  return path.split('.').map((part) => {
    const list = Array.isArray(value) ? value : undefined;
    const key = part.startsWith('#') ? (list ?? []).findIndex((item) => item?.name === part.slice(1)) : list ? Number(part) : part.replaceAll('~', '.');
    value = (value as Record<string | number, unknown> | undefined)?.[key];
    return key;
  });
};

const workload = (kind: string, apiVersion: string, name: string): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name} # @${name}-name@
  labels: {app: ${name}, tier: back}
  annotations: {team: red}
spec:
  replicas: 2 # @${name}-replicas@
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      serviceAccountName: default # @${name}-account@
      securityContext:
        runAsNonRoot: true # @${name}-root@
      initContainers:
        - name: setup
          image: setup:1
      containers:
        - name: main # @${name}-main@
          image: main:1 # @${name}-image@
          args: [one, two]
          env:
            - name: LEVEL
              value: info # @${name}-level@
            - name: MODE
              value: fast # @${name}-mode@
          ports:
            - containerPort: 8080
              name: http # @${name}-port@
          resources: # @${name}-resources@
            requests: # @${name}-requests@
              cpu: ${name === 'ro' ? '150m' : '100m'} # @${name}-cpu@
              memory: 64Mi
          volumeMounts:
            - mountPath: /tmp
              name: scratch # @${name}-mount@
        - name: side # @${name}-side@
          image: side:1
          securityContext: {privileged: false}
      volumes:
        - name: scratch
          emptyDir: {sizeLimit: 1Mi} # @${name}-size@
`;

export const baseFiles: Readonly<Record<string, string>> = {
  'app.yaml': workload('Deployment', 'apps/v1', 'app'),
  'db.yaml': workload('StatefulSet', 'apps/v1', 'db'),
  'ro.yaml': workload('Rollout', 'argoproj.io/v1alpha1', 'ro'),
  'more.yaml': `# two objects in one file
apiVersion: v1
kind: Service
metadata:
  name: svc
spec:
  type: NodePort # @svc-type@
  selector: {app: app}
  ports:
    - port: 80
      targetPort: http # @svc-target@
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: facts
data:
  host: a.example # @facts-host@
  url: http://b.example/path # @facts-url@
`,
};
