import { parseDocument } from 'yaml';
import { GateError } from '#model/errors.ts';
import { type Quarantine, quarantineSchema } from '#model/quarantine.ts';

export type QuarantineEntry = Quarantine['releases'][number];

/** Path of the releases of one agent that nothing takes any more. */
export const quarantineFile = (agent: string): string => `agents/${agent}/quarantine.yaml`;

const start = (): string =>
  [
    '# Releases that no ring and no new cluster takes any more. Entries are only added.',
    'apiVersion: ranfleet.norvik.example/v1alpha1',
    'kind: Quarantine',
    'releases:',
    '',
  ].join('\n');

/**
 * The entries of a quarantine file; none of an absent one.
 * @throws GateError GATE_MALFORMED with file and line
 */
export const readQuarantine = (text: string | undefined, path: string): readonly QuarantineEntry[] => {
  if (text === undefined) return [];
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2' });
  const [error] = document.errors;
  if (error) throw malformed(path, error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? '');
  const parsed = quarantineSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data.releases;
  const [issue] = parsed.error.issues;
  throw malformed(path, 1, `${issue?.path.join('.')} ${issue?.message}`);
};

/**
 * The text with one more entry at its end; every byte before it stays. The text itself when the release stands there already. Pure.
 * @throws GateError GATE_MALFORMED when the file can not be read, or not be added to without touching more
 */
export const withQuarantine = (text: string | undefined, path: string, entry: QuarantineEntry): string => {
  const before = readQuarantine(text, path);
  if (text !== undefined && before.some((e) => e.release === entry.release)) return text;
  const base = text === undefined ? start() : text.endsWith('\n') ? text : `${text}\n`;
  const after = base + entryLines(entry, indentOf(text)).join('\n');
  const read = readQuarantine(after, path);
  if (read.length === before.length + 1 && JSON.stringify(read.at(-1)) === JSON.stringify(quarantineSchema.shape.releases.element.parse(entry))) return after;
  throw malformed(path, after.split('\n').length, 'the file can not be added to at its end');
};

/** The column of the last item, so that the new one stands in the same list. */
const indentOf = (text: string | undefined): string => /^( *)- /m.exec(text?.slice(text.indexOf('\nreleases:') + 1) ?? '')?.[1] ?? '  ';

const entryLines = ({ release, ring, reason, at }: QuarantineEntry, indent: string): string[] => [
  `${indent}- release: ${JSON.stringify(release)}`,
  `${indent}  ring: ${ring}`,
  `${indent}  reason: ${JSON.stringify(reason)}`,
  `${indent}  at: ${JSON.stringify(at)}`,
  '',
];

const malformed = (path: string, line: number, message: string): GateError =>
  new GateError('GATE_MALFORMED', 'usage', `${path}:${line}: ${message}`, { hint: 'Mend the file; docs/promotion-github.md shows one.' });
