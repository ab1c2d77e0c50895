import { z } from 'zod';

/** All numbers about waivers, in one place. Days. */
export const waiverLimits = {
  /** Longest term, by the strictest severity among the rules that it waives. */
  longest: { deny: 30, warn: 90 },
  /** From so many days before its end on, a waiver is announced to end. */
  endsSoon: 30,
  /** A waiver that matches nothing for so long has to go. */
  unused: 14,
} as const;

/** A waiver may not be written as a pattern, or with an alias to another value: what it covers must be readable at a glance. */
const pattern = /[*?^$|\\(){}!~<>,]|\.\.|^\/|\/$/;

const literal = z
  .string()
  .min(1)
  .max(253)
  .superRefine((text, ctx) => {
    if (pattern.test(text))
      ctx.addIssue({ code: 'custom', params: { broad: true }, message: `${text} is a pattern; a waiver names what it covers, letter by letter` });
  });

const names = z.array(literal).min(1).max(50);

/** A day of the calendar, UTC. */
const day = z.iso.date('must be a day of the calendar, like 2027-01-31');

const person = z.string().regex(/^@[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'must be one person, like @anna-berg');

/** A rule, or one item of a rule: `security.image_digest` or `security.image_digest:agent`. */
const waived = literal.refine(
  (text) => /^[a-z_]+\.[a-z0-9_]+(?::[^\s:][^\s]*)?$/.test(text),
  'must be a rule or one item of it, like security.image_digest:agent',
);

const scope = z
  .strictObject({
    /** Clusters; a finding that reaches any other cluster is not covered. */
    clusters: names.optional(),
    namespaces: names.optional(),
    kinds: names.optional(),
    /** Names of objects, with or without the hash of a generated one; or the subject of a finding that is about no object. */
    names: names.optional(),
    /** Paths inside the object, with everything below them; or files of the repository. */
    paths: names.optional(),
    /** Folders that are built with kustomize. */
    roots: names.optional(),
  })
  .superRefine((value, ctx) => {
    if (value.clusters || value.namespaces || value.names || value.roots) return;
    ctx.addIssue({ code: 'custom', params: { broad: true }, message: 'covers the whole fleet; name clusters, namespaces, names or roots' });
  });

/** One exception with an end: `waivers/<id>.yaml`. Honoured only once it is merged. */
export const waiverSchema = z
  .strictObject({
    apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
    kind: z.literal('Waiver'),
    /** The name of the file. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'must be lower-case letters, digits and hyphens'),
    rules: z.array(waived).min(1).max(10),
    scope,
    reason: z.string().min(20).max(1000),
    /** Team or person who has to end the waiver. */
    owner: z.string().regex(/^@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9][A-Za-z0-9-]*)?$/, 'must be a team or a person, like @norvik/ran-mobility'),
    ticket: z.string().min(3).max(200),
    /** Who approved it: one person, never the owner, the author or a machine. */
    approvedBy: person,
    effectiveOn: day,
    /** Last day on which it is honoured, until midnight UTC. */
    effectiveUntil: day,
    /** What keeps the network safe meanwhile. */
    compensatingControl: z.string().min(20).max(1000),
  })
  .superRefine((waiver, ctx) => {
    if (waiver.effectiveOn <= waiver.effectiveUntil) return;
    ctx.addIssue({ code: 'custom', path: ['effectiveUntil'], message: `ends before it starts (${waiver.effectiveOn})` });
  });

/** Who may approve waivers: `waivers/approvers.yaml`. An area is what stands before the dot of a rule; one without an entry has no approvers. */
export const approversSchema = z
  .strictObject({
    apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
    kind: z.literal('WaiverApprovers'),
    approvers: z
      .array(
        z.strictObject({
          areas: z.array(z.string().regex(/^[a-z_]+$/, 'must be the area of rules, like security')).min(1),
          persons: z.array(person).min(1).max(50),
        }),
      )
      .min(1),
  })
  .superRefine(({ approvers }, ctx) => {
    const areas = approvers.flatMap((entry) => entry.areas);
    const twice = areas.find((area, at) => areas.indexOf(area) !== at);
    if (twice !== undefined) ctx.addIssue({ code: 'custom', path: ['approvers'], message: `names the area ${twice} twice` });
  });

export type Waiver = z.infer<typeof waiverSchema>;

/** What git knows about one file. */
export interface FileHistory {
  /** Everybody who ever wrote a commit that touches the file: names and addresses. */
  readonly authors: readonly string[];
  /** Day of the newest commit that touches the file or one of the folders asked about, UTC; undefined when none does. */
  readonly day: string | undefined;
}
