import { isAlias, parseAllDocuments, visit } from 'yaml';
import type { Finding } from '#model/finding.ts';
import type { Snapshot } from '#model/ports.ts';
import { type Waiver, waiverSchema } from '#model/waiver.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import { type Approvers, approversFile, readApprovers } from './approvers.ts';
import { waiverFinding } from './finding.ts';

/** A waiver that could be read, and where its fields stand. */
export interface WaiverEntry {
  readonly waiver: Waiver;
  readonly file: string;
  /** Blob id of the file. */
  readonly id: string;
  readonly lineOf: (field: keyof Waiver) => number;
}

export interface WaiverBook {
  readonly entries: readonly WaiverEntry[];
  readonly approvers: Approvers;
  /** Why the others are not among them. */
  readonly problems: readonly Finding[];
}

const largest = 64 * 1024;

/** All waivers of one revision, `waivers/<id>.yaml`, and who may approve them. Whatever else lies there is told, and counts as no waiver. */
export const readWaivers = (snapshot: Snapshot): WaiverBook => {
  const files = [...snapshot.files.keys()].filter((f) => f.startsWith('waivers/') && !/^waivers\/README\.md$/.test(f) && f !== approversFile).sort();
  const { approvers, problems } = readApprovers(snapshot);
  const parsed = files.map((file) => {
    const isPlain = /^waivers\/[^/]+\.yaml$/.test(file) && snapshot.files.get(file)?.type === 'file';
    if (!isPlain) return { problems: [waiverFinding('malformed', file, 1, 'is not a plain file waivers/<id>.yaml')] };
    return parseWaiver(file, snapshot.read(file).toString(), snapshot.files.get(file)?.id ?? '');
  });
  const told = [...problems, ...parsed.flatMap((p) => p.problems)];
  return {
    ...withoutDuplicates(
      parsed.flatMap((p) => p.entry ?? []),
      told,
    ),
    approvers,
  };
};

const withoutDuplicates = (entries: readonly WaiverEntry[], problems: readonly Finding[]): Omit<WaiverBook, 'approvers'> => {
  const twice = entries.filter((e) => entries.some((other) => other !== e && other.waiver.id === e.waiver.id));
  const told = twice.map((e) => waiverFinding('duplicate', e.file, e.lineOf('id'), `the id ${e.waiver.id} is used by another file too; neither is honoured`));
  const strange = entries.filter((e) => !twice.includes(e) && e.file !== `waivers/${e.waiver.id}.yaml`);
  const misnamed = strange.map((e) => waiverFinding('malformed', e.file, e.lineOf('id'), `has the id ${e.waiver.id}, which is not the name of the file`));
  return { entries: entries.filter((e) => !twice.includes(e) && !strange.includes(e)), problems: [...problems, ...told, ...misnamed] };
};

export interface ParsedWaiver {
  readonly entry?: WaiverEntry;
  readonly problems: readonly Finding[];
}

/** Reads one file. Total: whatever the text, there is either a waiver or at least one problem with its line. */
export const parseWaiver = (file: string, text: string, id = ''): ParsedWaiver => {
  const bad = (line: number, message: string): ParsedWaiver => ({ problems: [waiverFinding('malformed', file, line, message)] });
  if (text.length > largest) return bad(1, `is longer than ${largest} characters`);
  const document = new SourceDocument(file, text);
  if (document.problems.length > 0) return { problems: document.problems.map((p) => waiverFinding('malformed', file, p.line, p.message)) };
  if (hasAlias(text)) return bad(1, 'uses an anchor or an alias; write every value where it counts');
  const result = waiverSchema.safeParse(document.value);
  if (result.success) return { entry: { waiver: result.data, file, id, lineOf: (field) => document.placeOf([field]).line }, problems: [] };
  return {
    problems: result.error.issues.map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      const isBroad = issue.code === 'custom' && issue.params?.['broad'] === true;
      return waiverFinding(isBroad ? 'too_broad' : 'malformed', file, document.placeOf(path).line, `${issue.path.join('.') || '(top)'}: ${issue.message}`);
    }),
  };
};

const hasAlias = (text: string): boolean => {
  const documents = parseAllDocuments(text);
  let found = false;
  for (const document of Array.isArray(documents) ? documents : []) {
    visit(document, {
      Node: (_, node) => {
        if (isAlias(node) || node.anchor !== undefined) found = true;
      },
    });
  }
  return found;
};
