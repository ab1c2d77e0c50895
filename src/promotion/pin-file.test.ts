import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isGateError } from '#model/errors.ts';
import { type Pin, readPin, withPin } from './pin-file.ts';

const path = 'agents/byzantine-coordinator/rings/w3/pin/kustomization.yaml';

const plain = `# The pin: a promotion or a revert changes the one line under resources.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../../releases/1.0.0
`;

const patched = `${plain}patches:
  - target:
      kind: StatefulSet
      name: agent
    # Pods below this ordinal keep the former release; the last step of a promotion takes this patch away.
    patch: |-
      - op: replace
        path: /spec/updateStrategy/rollingUpdate/partition
        value: 3
`;

const other = `  # Somebody else's patch.
  - target: {kind: PodDisruptionBudget}
    patch: |-
      - {op: replace, path: /spec/maxUnavailable, value: 1}
`;

const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isGateError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no fault';
};

test('a pin without a patch names its release only', () => {
  expect(readPin(plain, path)).toEqual({ release: '1.0.0' });
});

test('one line and one patch are what a step writes', () => {
  expect(withPin(plain, path, { release: '1.1.0', partition: 3 })).toBe(patched.replace('1.0.0', '1.1.0'));
});

test('the next step changes one number', () => {
  expect(withPin(patched, path, { release: '1.0.0', partition: 2 })).toBe(patched.replace('value: 3', 'value: 2'));
});

test('going back is the former release without the patch', () => {
  expect(withPin(patched.replace('1.0.0', '1.1.0'), path, { release: '1.0.0' })).toBe(plain);
});

test('a partition of another layout is read, and written anew when it changes', () => {
  const flow = `${plain}patches:\n  - target: {name: agent, kind: StatefulSet}\n    patch: '[{"op": "add", "path": "/spec/updateStrategy/rollingUpdate/partition", "value": 3}]'\n`;
  expect(readPin(flow, path)).toEqual({ release: '1.0.0', partition: 3 });
  expect(withPin(flow, path, { release: '1.0.0', partition: 2 })).toBe(patched.replace('value: 3', 'value: 2'));
  expect(withPin(flow, path, { release: '1.0.0' })).toBe(plain);
});

test('a patch of another object stays where it is', () => {
  const both = withPin(`${plain}patches:\n${other}`, path, { release: '1.0.0', partition: 0 });
  expect(both).toContain(other);
  expect(readPin(both, path)).toEqual({ release: '1.0.0', partition: 0 });
});

test.each([
  ['no release', 'kind: Kustomization\nresources: []\n', 2],
  ['two releases', `${plain}  - ../../../releases/1.1.0\n`, 4],
  ['a resource that is no release', plain.replace('releases', 'config'), 4],
  ['text that is no YAML', `${plain}patches: [\n`, 7],
  ['patches that are no list', `${plain}patches: {}\n`, 6],
  ['a partition that is no number', patched.replace('value: 3', 'value: three'), 7],
  ['a negative partition', patched.replace('value: 3', 'value: -1'), 7],
  ['a patch of another object', patched.replace('name: agent', 'name: other'), 7],
  ['a patch of more than the partition', `${patched}      - op: remove\n        path: /spec/replicas\n`, 7],
  ['a strategic merge of the partition', `${plain}patches:\n  - patch: '{kind: StatefulSet, spec: {updateStrategy: {rollingUpdate: {partition: 1}}}}'\n`, 7],
  ['two partitions', patched + patched.slice(patched.indexOf('  - target')), 15],
  ['a partition in a list of another kind', `${plain}patchesStrategicMerge:\n  - '{spec: {partition: 1}}'\n`, 6],
])('%s is told with file and line', (_name, text, line) => {
  expect(faultOf(() => readPin(text, path))).toMatch(new RegExp(`^GATE_MALFORMED ${path}:${line}: `));
  expect(faultOf(() => withPin(text, path, { release: '1.0.0', partition: 1 }))).toMatch(new RegExp(`^GATE_MALFORMED ${path}:${line}: `));
});

test.each([
  `{resources: [../../../releases/1.0.0]}\n`,
  `${plain}...\n`,
  `${plain}patches: []\n`,
  `kind: Kustomization\nresources: [&release ../../../releases/1.0.0]\nnamePrefix: *release\n`,
])('a layout that can not be edited safely is refused: %j', (text) => {
  expect(readPin(text, path)).toEqual({ release: '1.0.0' });
  expect(faultOf(() => withPin(text, path, { release: '1.1.0', partition: 1 }))).toMatch(/^GATE_MALFORMED .*can not be edited/);
});

test('a file with Windows line ends gets no other', () => {
  const written = withPin(plain.replaceAll('\n', '\r\n'), path, { release: '1.1.0', partition: 3 });
  expect(written).toBe(patched.replace('1.0.0', '1.1.0').replaceAll('\n', '\r\n'));
});

test.each([
  [{ release: '../1.1.0' }],
  [{ release: '' }],
  [{ release: '1.1.0\nx: y' }],
  [{ release: '1.1.0', partition: -1 }],
  [{ release: '1.1.0', partition: 1.5 }],
  [{ release: '1.1.0', partition: Number.NaN }],
])('%j can not be written', (pin) => {
  expect(faultOf(() => withPin(plain, path, pin))).toMatch(/^GATE_USAGE /);
});

const release = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'));
const pins: fc.Arbitrary<Pin> = fc
  .tuple(release, fc.option(fc.nat(9), { nil: undefined }))
  .map(([name, partition]) => (partition === undefined ? { release: name } : { release: name, partition }));

/** Pins as people leave them: comments, blank lines, other patches, quotes, Windows line ends, no final line end. */
const layouts = fc
  .record({
    head: fc.constantFrom('', '# a comment\n', '\n\n# partition\n', '---\n'),
    quote: fc.constantFrom('', '"', "'"),
    tail: fc.constantFrom('', '\n', '# the end\n', '  # the end\n\n', ' \n'),
    others: fc.constantFrom(
      '',
      `patches:\n${other}`,
      `patches:\n${other}\n# after\nlabels: []\n`,
      'namePrefix: |+\n  x\n\n',
      'patches:\n- patch: |+\n    - {op: test, path: /kind, value: x}\n\n',
    ),
    inline: fc.boolean(),
    crlf: fc.boolean(),
    open: fc.boolean(),
  })
  .map(({ head, quote, tail, others, inline, crlf, open }) => {
    const name = `${quote}../../../releases/1.0.0${quote}`;
    const text = `${head}kind: Kustomization\nresources:${inline ? ` [${name}]` : `\n- ${name} # 1.0.0 is good`}\n${others}${tail}`;
    const ended = open ? text.replace(/\s+$/, '') : text;
    return crlf ? ended.replaceAll('\n', '\r\n') : ended;
  });

test('what was written is what is read, in any number of steps', () => {
  fc.assert(
    fc.property(layouts, fc.array(pins, { minLength: 1, maxLength: 5 }), (text, steps) => {
      let written = text;
      for (const pin of steps) {
        written = withPin(written, path, pin);
        expect(readPin(written, path)).toEqual(pin);
        expect(withPin(written, path, pin)).toBe(written);
      }
    }),
    { numRuns: 300 },
  );
});

test('after a promotion that was taken back the file is the same, byte for byte', () => {
  fc.assert(
    fc.property(layouts, fc.array(pins, { maxLength: 4 }), (text, steps) => {
      const moved = steps.reduce((now, pin) => withPin(now, path, pin), text);
      expect(withPin(moved, path, { release: '1.0.0' })).toBe(text);
    }),
    { numRuns: 300 },
  );
});
