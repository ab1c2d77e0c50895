import { z } from 'zod';
import { rings } from './cluster.ts';
import { instantSchema } from './observation.ts';

const owner = z.string().regex(/^@norvik\/[a-z0-9-]+$/, 'must be a team, like @norvik/ran-operations');

/** Its presence stops everything but ways back. */
export const stopFile = 'stop-the-line.yaml';

/** While `stop-the-line.yaml` stands nothing moves but reverts. */
export const stopSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('StopTheLine'),
  reason: z.string().min(10).max(500),
  owner,
  since: instantSchema,
});
export type StopTheLine = z.infer<typeof stopSchema>;

/** Gates that a break-glass may open: those of time and of size. Soak, verification, order and quarantine are not among them. */
export const skippable = ['freeze', 'window', 'caps'] as const;

/** `break-glass/<name>.yaml`: one promotion that can not wait. The file stays, as its mark. */
export const breakGlassSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('BreakGlass'),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a kebab-case name'),
  agent: z.string().min(1),
  ring: z.enum(rings),
  release: z.string().min(1),
  skips: z.array(z.enum(skippable)).min(1),
  reason: z.string().min(20).max(500),
  /** Number of the incident that is open for it. */
  incident: z.string().min(1).max(100),
  owner,
  /** Numeric ids of the accounts that approved it; names would outlive their erasure. */
  approvers: z
    .array(z.int().min(1))
    .min(2)
    .refine((ids) => new Set(ids).size === ids.length, 'names one account twice'),
  from: instantSchema,
  until: instantSchema,
});
export type BreakGlass = z.infer<typeof breakGlassSchema>;
