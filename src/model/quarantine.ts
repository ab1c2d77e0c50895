import { z } from 'zod';
import { rings } from './cluster.ts';
import { instantSchema } from './observation.ts';

/** Releases of one agent that no ring and no new cluster takes any more: `agents/<agent>/quarantine.yaml`. */
export const quarantineSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('Quarantine'),
  releases: z
    .array(
      z.strictObject({
        release: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]*$/, 'must be the name of a release'),
        /** The ring in which it failed. */
        ring: z.enum(rings),
        reason: z.string().min(10).max(500),
        at: instantSchema,
      }),
    )
    .min(1),
});
export type Quarantine = z.infer<typeof quarantineSchema>;
