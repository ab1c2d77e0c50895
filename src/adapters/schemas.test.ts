import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { checkRoots } from '#schema/check-roots.ts';
import { faultOf } from '../../test/support/faults.ts';
import { repository } from '../../test/support/policy-cases.ts';
import { openSchemas, schemasKey } from './schemas.ts';

const schemas = openSchemas(repository);

const said = (yaml: string): string[] => {
  const { findings } = checkRoots([{ root: { path: 'a', kind: 'component' }, objects: [load(yaml) as Record<string, unknown>] }], schemas);
  return findings.map((f) => `${f.effect} ${f.code}: ${f.message}. ${f.solution}`);
};

describe('the schemas of the pinned sources', () => {
  test('know the kinds of Kubernetes and of the platform', () => {
    const kinds = ['v1 Secret', 'apps/v1 StatefulSet', 'policy/v1 PodDisruptionBudget', 'argoproj.io/v1alpha1 Rollout', 'postgresql.cnpg.io/v1 Cluster'];
    expect(kinds.map((k) => schemas.lookUp(k.split(' ')[0] ?? '', k.split(' ')[1] ?? '').is)).toEqual(kinds.map(() => 'served'));
  });

  test.each([
    ['policy/v1beta1', 'PodDisruptionBudget', { is: 'not-served', by: 'Kubernetes v1.37.2', as: ['policy/v1'] }],
    ['apps/v1', 'Deploiment', { is: 'not-served', by: 'Kubernetes v1.37.2', as: [] }],
    ['v1', 'DeleteOptions', { is: 'not-served', by: 'Kubernetes v1.37.2', as: [] }],
    ['argoproj.io/v1', 'Rollout', { is: 'not-served', by: 'github.com/argoproj/argo-rollouts v1.10.2', as: ['argoproj.io/v1alpha1'] }],
    ['argoproj.io/v1alpha1', 'Workflow', { is: 'unknown' }],
    ['', '', { is: 'not-served', by: 'Kubernetes v1.37.2', as: [] }],
    ['constructor', 'constructor', { is: 'not-served', by: 'Kubernetes v1.37.2', as: [] }],
  ])('say about %s %s what they know', (apiVersion, kind, expected) => {
    expect(schemas.lookUp(apiVersion, kind)).toEqual(expected);
  });

  describe('differ between versions of Kubernetes', () => {
    const onVersion = (yaml: string, versions: readonly string[]) => {
      const { findings, validated } = checkRoots(
        [{ root: { path: 'a', kind: 'component' }, objects: [load(yaml) as Record<string, unknown>] }],
        schemas,
        () => versions,
      );
      return { found: findings.map((f) => `${f.effect} ${f.code}: ${f.message}`), validated };
    };
    const pod = '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a}], volumes: [{name: tmp, emptyDir: {mode: 448}}]}}';
    const volumeClass = '{apiVersion: storage.k8s.io/v1beta1, kind: VolumeAttributesClass, metadata: {name: a}, driverName: a}';
    const newField = 'deny schema.unknown_field: spec.volumes[0].emptyDir has no field mode';
    const goneKind = 'deny schema.not_served: storage.k8s.io/v1beta1 VolumeAttributesClass is not served by Kubernetes v1.37.2';

    test.each([
      ['a field that 1.37 brought', pod, ['1.37'], [], 1],
      ['a field that 1.37 brought', pod, [], [], 1],
      ['a field that 1.37 brought', pod, ['1.36'], [newField], 1],
      ['a field that 1.37 brought', pod, ['1.37', '1.36', '1.37'], [newField], 1],
      ['a kind that 1.37 gave up', volumeClass, ['1.36'], [], 1],
      ['a kind that 1.37 gave up', volumeClass, ['1.37', '1.36'], [goneKind], 0],
    ])('%s: %s on %j', (_, yaml, versions, found, validated) => {
      expect(onVersion(yaml, versions)).toEqual({ found, validated });
    });

    test.each(['1.29', '1.370', 'constructor'])('and of Kubernetes %s nobody knows anything', (version) => {
      expect(onVersion(pod, ['1.37', version])).toEqual({
        found: [`undecided schema.unknown_version: no pinned source has the schemas of Kubernetes ${version}, which a cluster of this root runs`],
        validated: 0,
      });
    });

    test('while the kinds of the platform are the same on all', () => {
      const older = schemas.on('1.36');
      expect(older?.lookUp('argoproj.io/v1alpha1', 'Rollout')).toEqual(schemas.lookUp('argoproj.io/v1alpha1', 'Rollout'));
      expect([schemas.kubernetes, older?.kubernetes, schemas.on('1.37')]).toEqual(['1.37', '1.36', schemas]);
    });
  });

  test('find the misspelt pause of a Rollout', () => {
    const rollout = `{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: a, lables: {}}, spec: {
      selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}},
      strategy: {canary: {steps: [{setWeight: '20'}, {pause: {durration: 5m}}]}}}}`;
    expect(said(rollout)).toEqual([
      'deny schema.unknown_field: metadata has no field lables. Did you mean `labels`?',
      'deny schema.invalid_value: spec.strategy.canary.steps[0].setWeight must be integer, and is string "20". Write a value that the schema of the kind allows.',
      'deny schema.unknown_field: spec.strategy.canary.steps[1].pause has no field durration. Did you mean `duration`?',
    ]);
  });

  describe('evaluate the rules of a CRD', () => {
    const route = (rule: string): string =>
      `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}, spec: {parentRefs: [{name: public}], rules: [${rule}]}}`;
    const redirect = 'filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]';

    test.each([
      ['a backend with its port', '{backendRefs: [{name: a, port: 80}]}', []],
      [
        'a Service without a port, where kind and group are defaults',
        '{backendRefs: [{name: a}]}',
        ['spec.rules[0].backendRefs[0] breaks a rule of its kind: Must have port for Service reference'],
      ],
      ['a redirect of a prefix that is matched', `{matches: [{path: {type: PathPrefix, value: /a}}], ${redirect}}`, []],
      [
        'a redirect that has a backend',
        `{matches: [{path: {type: PathPrefix, value: /a}}], ${redirect}, backendRefs: [{name: a, port: 80}]}`,
        ['spec.rules[0] breaks a rule of its kind: RequestRedirect filter must not be used together with backendRefs'],
      ],
    ])('%s', (_, rule, problems) => {
      expect(said(route(rule))).toEqual(problems.map((p) => `deny schema.invalid_value: ${p}. Write a value that the schema of the kind allows.`));
    });

    test('and only where the rest of the object is good', () => {
      expect(said(route('{backendRefs: [{name: a, prot: 80}]}'))).toEqual([
        'deny schema.unknown_field: spec.rules[0].backendRefs[0] has no field prot. Did you mean `port`?',
      ]);
    });
  });

  test('find what is wrong in a pod of Kubernetes itself', () => {
    const pod = `{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {on: true}, creationTimestamp: null}, spec: {
      containers: [{name: a, image: a, ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}], resources: {requests: {cpu: 0.5, memory: 1GB}},
      readinessProbe: {httpGet: {path: /, port: http, Port: 80}}}, {image: b}]}}`;
    expect(said(pod).map((line) => line.slice(0, line.indexOf('. ')))).toEqual([
      'deny schema.invalid_value: metadata.labels.on must be string, and is boolean true',
      'deny schema.invalid_value: spec.containers[0].ports[1] repeats an item of the list: containerPort 80, protocol TCP',
      'deny schema.invalid_value: spec.containers[0].resources.requests.memory must be of format quantity, and is string "1GB"',
      'deny schema.unknown_field: spec.containers[0].readinessProbe.httpGet has no field Port',
      'deny schema.invalid_value: spec.containers[1].name is required and missing',
    ]);
  });
});

describe('schemas that can not be used', () => {
  const engine = mkdtempSync(path.join(tmpdir(), 'ranfleet-schemas-'));
  const at = (...parts: string[]): string => path.join(engine, ...parts);
  for (const folder of ['tools', 'scripts']) cpSync(path.join(repository, folder), at(folder), { recursive: true });
  afterAll(() => rmSync(engine, { recursive: true, force: true }));
  const told = (work: () => unknown) => ({ ...faultOf(work), message: faultOf(work).message.replaceAll(schemasKey(engine), '<key>') });

  test('are not built', () => {
    expect(told(() => openSchemas(engine))).toEqual({
      code: 'GATE_SCHEMAS_MISSING',
      fault: 'undecided',
      message: 'the schemas of the kinds are not built (.tools/schemas/<key>)',
    });
  });

  test('are broken', () => {
    cpSync(path.join(repository, '.tools', 'schemas', schemasKey(repository)), at('.tools', 'schemas', schemasKey(engine)), { recursive: true });
    writeFileSync(at('.tools', 'schemas', schemasKey(engine), 'kinds', 'argoproj.io_v1alpha1_Rollout.json'), '{');
    const broken = openSchemas(engine);
    expect(told(() => broken.lookUp('argoproj.io/v1alpha1', 'Rollout'))).toMatchObject({ code: 'GATE_SCHEMAS_FAILED', fault: 'undecided' });
    expect(told(() => broken.definition('#/components/schemas/nothing'))).toMatchObject({ code: 'GATE_SCHEMAS_FAILED', fault: 'undecided' });
  });

  test('are what the set-up looks for, which builds nothing where they are', () => {
    const { status, stderr } = spawnSync(process.execPath, [at('scripts', 'ensure.mjs'), 'schemas'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('were built by another program', () => {
    const program = at('scripts', 'schemas', 'compact.ts');
    const text = readFileSync(program, 'utf8');
    writeFileSync(program, `${text}\n`);
    expect(told(() => openSchemas(engine))).toMatchObject({ code: 'GATE_SCHEMAS_MISSING' });
    writeFileSync(program, text);
  });

  test('belong to another list of sources', () => {
    const list = at('tools', 'schemas', 'modules.json');
    writeFileSync(list, readFileSync(list, 'utf8').replace('v1.37.2', 'v1.38.0'));
    expect(told(() => openSchemas(engine))).toMatchObject({ code: 'GATE_SCHEMAS_MISSING' });
  });
});
