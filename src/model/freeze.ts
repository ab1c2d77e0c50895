import { z } from 'zod';
import { rings, timeZoneSchema } from './cluster.ts';

const localTime = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time, like 2026-12-20T00:00');

/** One entry of the freeze calendar (rule 19 of the RAN change-safety rules): `freezes/<name>.yaml`. */
export const freezeSchema = z
  .strictObject({
    apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
    kind: z.literal('Freeze'),
    name: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a kebab-case name'),
    /** Why nothing may change: a holiday, an election, a storm, a launch. */
    reason: z.string().min(10).max(200),
    /** Team that decides about exceptions. */
    owner: z.string().regex(/^@norvik\/[a-z0-9-]+$/, 'must be a team, like @norvik/ran-operations'),
    /** Clusters that are frozen: those that any of the lists names. */
    scope: z.strictObject({
      countries: z
        .array(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country code'))
        .min(1)
        .optional(),
      rings: z.array(z.enum(rings)).min(1).optional(),
      clusters: z.array(z.string().min(1)).min(1).optional(),
    }),
    /** First minute of the freeze, in `timeZone`. */
    from: localTime,
    /** First minute after the freeze, in `timeZone`. */
    until: localTime,
    timeZone: timeZoneSchema,
  })
  .superRefine((freeze, ctx) => {
    if (Object.values(freeze.scope).every((list) => list === undefined)) ctx.addIssue({ code: 'custom', path: ['scope'], message: 'freezes nothing' });
    if (freeze.from >= freeze.until) ctx.addIssue({ code: 'custom', path: ['until'], message: 'must be after from' });
  });

export type Freeze = z.infer<typeof freezeSchema>;
