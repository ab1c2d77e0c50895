import { z } from 'zod';
import { tiers } from './agent.ts';
import { instantSchema } from './observation.ts';

/** Rings in promotion order: the waves of the fleet. */
export const rings = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6a', 'w6b', 'w7a', 'w7b', 'w7c', 'w7d'] as const;
export type Ring = (typeof rings)[number];

export const environments = ['dev', 'staging', 'production'] as const;

export const vendors = ['ericsson', 'nokia', 'huawei', 'samsung', 'oran'] as const;
export type Vendor = (typeof vendors)[number];

const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day, like 02:00');

const timeZones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
export const timeZoneSchema = z.string().refine((zone) => timeZones.has(zone), 'must be an IANA time zone, like Europe/Stockholm');

/** An agent that starts on the release that its ring verified last, and does not follow the pin until somebody takes the entry out. */
const joiningSchema = z.strictObject({
  agent: z.string().min(1),
  release: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]*$/, 'must be the name of a release'),
  /** A commit of the branch at which the pin of the ring named the release. */
  commit: z.string().regex(/^[0-9a-f]{40}$/, 'must be a full commit id'),
});
export type Joining = z.infer<typeof joiningSchema>;

/** Facts about one cluster: `clusters/<cluster>/cluster.yaml`. A Kubernetes-shaped object, so that kustomize reads it too. */
export const clusterSchema = z
  .strictObject({
    apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
    kind: z.literal('Cluster'),
    metadata: z.strictObject({
      name: z.literal('cluster'),
      annotations: z.strictObject({ 'config.kubernetes.io/local-config': z.literal('true') }),
    }),
    spec: z.strictObject({
      name: z.string().regex(/^(dev|stg|prd)-(hub|region|edge)-[a-z0-9-]+$/),
      env: z.enum(environments),
      tier: z.enum(tiers),
      /** Ring membership: the one line that moves a cluster to another wave. */
      wave: z.enum(rings),
      /** Cluster that runs the Argo CD which owns this one; a hub names itself. */
      hub: z.string().min(1),
      /** ISO 3166 country code, or `none` for a laboratory with synthetic data only. */
      country: z.string().regex(/^([A-Z]{2}|none)$/),
      /** Data residency zone: memory, models and sandboxes stay inside it. */
      residency: z.enum(['none', 'EU/SE', 'EU/ES', 'EU/DE', 'UK']),
      vendors: z.array(
        z.strictObject({
          name: z.enum(vendors),
          /** Share of the cluster's cells, percent. */
          share: z.int().min(0).max(100),
          /** Software level of the vendor's nodes, where it differs between clusters. */
          softwareLevel: z.string().min(1).optional(),
          /** The vendor's management system is a contract fake: refused in production. */
          simulated: z.boolean(),
        }),
      ),
      cells: z.int().min(0),
      /** Cells labelled protected: they serve emergency call centres, hospitals, rail or airports. Percent of all. */
      protectedShare: z.int().min(0).max(100),
      timeZone: timeZoneSchema,
      /** Local maintenance window for tier W and PCI, TAC or lock changes. */
      maintenanceWindow: z.strictObject({ start: clock, end: clock }),
      /** Tracking area codes that this cluster's cells belong to. */
      trackingAreas: z.array(z.int().min(1).max(16777215)),
      /** Clusters that agent memory is synchronised with; never outside the residency zone. */
      memoryPeers: z.array(z.string().min(1)),
      /** Opt-in platform components that run here. */
      components: z.array(z.string().min(1)),
      /** Kubernetes that the cluster runs, like 1.36; its objects are held against the schemas of this version. */
      kubernetes: z
        .string()
        .regex(/^1\.[1-9][0-9]$/, 'must be a minor version in quotes, like "1.37"')
        .optional(),
      nodes: z.strictObject({
        count: z.int().min(1),
        cpu: z.int().min(1),
        memoryGi: z.int().min(1),
        /** Devices like GPUs of each node; none where it is not said. */
        gpu: z.int().min(0).optional(),
      }),
      /** When it was last built anew: whatever ran there before is gone, as on a new cluster. */
      rebuilt: instantSchema.optional(),
      /** Sparse: agents of which the ring has not verified what its pin names. A new Rollout takes that without a canary (docs/decisions/0011). */
      joining: z
        .array(joiningSchema)
        .min(1)
        .refine((entries) => new Set(entries.map(({ agent }) => agent)).size === entries.length, 'names one agent twice')
        .optional(),
    }),
  })
  .superRefine(({ spec }, ctx) => {
    const share = spec.vendors.reduce((sum, v) => sum + v.share, 0);
    if (spec.vendors.length > 0 && spec.cells > 0 && share !== 100) {
      ctx.addIssue({ code: 'custom', path: ['spec', 'vendors'], message: `shares add up to ${share}, must be 100` });
    }
    if (spec.tier === 'hub' && spec.hub !== spec.name) ctx.addIssue({ code: 'custom', path: ['spec', 'hub'], message: 'a hub names itself' });
  });

export type Cluster = z.infer<typeof clusterSchema>['spec'];

/** Version of Kubernetes that a cluster runs: 1.37 where its facts do not say it. */
export const kubernetesOf = ({ kubernetes }: Cluster): string => kubernetes ?? '1.37';

/** The entry by which a cluster does not follow the pin of an agent yet. */
export const joiningOf = ({ joining }: Cluster, agent: string): Joining | undefined => joining?.find((entry) => entry.agent === agent);
