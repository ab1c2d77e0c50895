import type { Finding } from '#model/finding.ts';
import type { Snapshot } from '#model/ports.ts';
import { approversSchema } from '#model/waiver.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import { waiverFinding } from './finding.ts';

/** Who may approve waivers, by the area of a rule: what stands before its dot. Logins in lower case. */
export type Approvers = ReadonlyMap<string, readonly string[]>;

export const approversFile = 'waivers/approvers.yaml';

export interface ReadApprovers {
  readonly approvers: Approvers;
  readonly problems: readonly Finding[];
}

/** Who may approve waivers at one revision; nobody, where the file is not there or can not be read. */
export const readApprovers = (snapshot: Snapshot): ReadApprovers => {
  const none = { approvers: new Map<string, readonly string[]>() };
  const type = snapshot.files.get(approversFile)?.type;
  if (type === undefined) return { ...none, problems: [] };
  if (type !== 'file') return { ...none, problems: [waiverFinding('malformed', approversFile, 1, 'is no plain file')] };
  const document = new SourceDocument(approversFile, snapshot.read(approversFile).toString());
  const problems = document.problems.map((p) => waiverFinding('malformed', approversFile, p.line, p.message));
  if (problems.length > 0) return { ...none, problems };
  const parsed = approversSchema.safeParse(document.value);
  if (!parsed.success)
    return {
      ...none,
      problems: parsed.error.issues.map((issue) =>
        waiverFinding('malformed', approversFile, document.placeOf(issue.path).line, `${issue.path.join('.') || '(top)'}: ${issue.message}`),
      ),
    };
  const entries = parsed.data.approvers.flatMap(({ areas, persons }) => areas.map((area) => [area, persons.map((p) => p.toLowerCase())] as const));
  return { approvers: new Map(entries), problems: [] };
};

/** Areas of some rules in which a person may not approve a waiver. */
export const areasWithout = (person: string, rules: readonly string[], approvers: Approvers): string[] =>
  [...new Set(rules.map((rule) => rule.replace(/\..*$/s, '')))].filter((area) => !approvers.get(area)?.includes(person.toLowerCase()));
