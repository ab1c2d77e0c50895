import { z } from 'zod';
import { tiers } from './agent.ts';

/** Facts about one platform component: `apps/<component>/component.yaml`. */
export const componentSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('Component'),
  name: z.string().regex(/^[a-z][a-z0-9-]+$/),
  summary: z.string().min(10).max(200),
  owner: z.string().regex(/^@norvik\/[a-z0-9-]+$/),
  /** A cluster chooses it by name in `spec.components`; all others run on every cluster of their tiers. */
  optIn: z.boolean(),
  tiers: z.array(z.enum(tiers)).min(1),
  namespace: z.string().min(1),
  /** Upstream versions to which the present one may go back, and who found out how. */
  revertsTo: z
    .array(
      z.strictObject({
        version: z.string().min(1),
        /** What the two versions' CRDs are to each other: the objects of both fit both. */
        crds: z.enum(['none', 'unchanged', 'widened']),
        /** Only on Argo Rollouts: both versions give a pod template the same hash. */
        podTemplateHashes: z.literal('unchanged').optional(),
        /** Trial that showed it. */
        evidence: z.string().min(20).max(300),
      }),
    )
    .min(1)
    .optional(),
  upstream: z.union([
    z.literal('none'),
    z.strictObject({
      repository: z.url(),
      version: z.string().min(1),
      /** What Argo CD checks out; null when no registry that was reached could tell the commit of the version. */
      commit: z
        .string()
        .regex(/^[0-9a-f]{40}$/, 'must be a full commit SHA')
        .nullable(),
      /** What confirmed that the version exists: a Go module of that version, the chart in a stored copy of the commit, or nothing. */
      verified: z.enum(['module', 'chart', 'none']),
      path: z.string().min(1).optional(),
      chart: z.string().min(1).optional(),
      /** Go module whose content at this version has the hash `sum`. */
      module: z.string().min(1).optional(),
      sum: z
        .string()
        .regex(/^h1:[A-Za-z0-9+/]{43}=$/, 'must be a Go module hash, like h1:...=')
        .optional(),
    }),
  ]),
});

export type Component = z.infer<typeof componentSchema>;
