import { dayOf } from '#util/day.ts';
import type { FleetClone, GateRun } from './fleet-clone.ts';

const dayMs = 86_400_000;
export const dayFromNow = (days: number): string => dayOf(new Date(Date.now() + days * dayMs));

const pod = 'agents/anr-manager/rings/w3/region';

/** Patches the unit of one ring, as no immutable folder allows it. */
export const patched = (fleet: FleetClone, ring: string, ...operations: readonly string[]): void => {
  const file = `agents/anr-manager/rings/${ring}/region/kustomization.yaml`;
  const before = fleet.read(file).replace(/\npatches:[\s\S]*$/, '\n');
  const lines = operations.map((o) => `      - ${o}`).join('\n');
  fleet.write(file, `${before}patches:\n  - target: { kind: Rollout, name: agent }\n    patch: |-\n${lines}\n`);
};

const container = '/spec/template/spec/containers/0';
export const runAsRoot = `{ op: add, path: ${container}/securityContext/privileged, value: true }`;
export const tagOnly = (image: string): string => `{ op: replace, path: ${container}/image, value: "${image}" }`;

export const waiver = (changes: Readonly<Record<string, string>> = {}): string => {
  const fields = {
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Waiver',
    id: 'anr-privileged',
    rules: '[security.privilege]',
    scope: `{roots: [${pod}], names: [agent]}`,
    reason: 'The driver of the test bench needs the device until the next release.',
    owner: '"@norvik/ran-mobility"',
    ticket: 'RAN-4711',
    approvedBy: '"@anna-berg"',
    effectiveOn: dayFromNow(-3),
    effectiveUntil: dayFromNow(20),
    compensatingControl: 'The ring has two laboratory clusters without subscribers.',
    ...changes,
  };
  return `${Object.entries(fields)
    .map(([k, v]) => `${k}: ${/^\d/.test(v) ? `"${v}"` : v}`)
    .join('\n')}\n`;
};

/** Each finding in one line: does it block, and if not, why not. */
export const told = ({ exitCode, report, stderr }: GateRun) => ({
  exitCode,
  ...(report ? {} : { stderr }),
  reasons: report?.reasons.map((r) => r.replace(/^\d+ rules/, 'all rules')),
  findings: report?.findings.map((f) =>
    [f.standing, f.waiver && `waived by ${f.waiver.id}`, f.effect, f.code, f.file ?? f.subject, f.message, f.roots.join(' ')]
      .filter((t) => t)
      .join(' | ')
      .replaceAll(/\d{4}-\d{2}-\d{2}/g, '<day>')
      .replace(/, \d+ files? \(.*\)/, ''),
  ),
});
