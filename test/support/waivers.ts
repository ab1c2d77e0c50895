import { stringify } from 'yaml';
import { type ParsedWaiver, parseWaiver, type WaiverEntry } from '#waiver/read.ts';

export const waiverFields = (changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  apiVersion: 'ranfleet.norvik.example/v1alpha1',
  kind: 'Waiver',
  id: 'mro-privileged',
  rules: ['security.pod_security'],
  scope: { clusters: ['prd-region-se-01'], names: ['agent'] },
  reason: 'The driver needs the device until its next release.',
  owner: '@norvik/ran-mobility',
  ticket: 'RAN-4711',
  approvedBy: '@anna-berg',
  effectiveOn: '2027-02-01',
  effectiveUntil: '2027-03-03',
  compensatingControl: 'The ring serves two laboratory clusters only.',
  ...changes,
});

export const parsedWaiver = (changes: Readonly<Record<string, unknown>> = {}): ParsedWaiver => {
  const fields = waiverFields(changes);
  return parseWaiver(`waivers/${String(fields['id'])}.yaml`, stringify(fields));
};

/** A waiver that can be read. */
export const waiverEntry = (changes: Readonly<Record<string, unknown>> = {}): WaiverEntry => {
  const { entry, problems } = parsedWaiver(changes);
  if (entry) return entry;
  throw new Error(problems.map((p) => p.message).join('\n'));
};
