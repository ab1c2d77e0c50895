import { z } from 'zod';

/** What is taken for harm: how much worse the pilot may become than the control. */
const marginSchema = z.strictObject({
  /** In the unit of the KPI where absolute, as a share (0.1 is a tenth) where relative. */
  limit: z.number().positive(),
  scale: z.enum(['absolute', 'relative']),
});

/** One key performance indicator that canaries are judged by; `kpis.yaml` holds the catalogue. */
export const kpiSchema = z
  .strictObject({
    id: z.string().regex(/^[AIMRSUVE]\d{1,2}v?$/, 'must be a KPI id, like R1'),
    name: z.string().min(3).max(80),
    /** From counters, as ratios of sums over cells and never as averages of ratios. */
    formula: z.string().min(3).max(300),
    unit: z.string().min(1),
    /** neither: context that explains the others and is not judged. */
    better: z.enum(['higher', 'lower', 'neither']),
    /** What the product of the ratios is multiplied by to give the unit. */
    scale: z.number().positive(),
    /** How many ratios are multiplied. */
    ratios: z.int().min(1).max(3),
    /** Worst value that is bearable, whatever the control does. */
    floor: z.number().optional(),
    /** Absent: only the floor counts. */
    margin: marginSchema.optional(),
    /** Fewest attempts in each arm before and after, where the denominators count attempts. */
    minAttempts: z.int().min(1).optional(),
    /** Standard that defines it, or who proposed it and its limits. */
    source: z.string().min(3).max(200),
  })
  .superRefine((kpi, ctx) => {
    if (kpi.better === 'neither' && (kpi.margin || kpi.floor !== undefined))
      ctx.addIssue({ code: 'custom', path: ['better'], message: 'nothing can be judged without a direction' });
  });
export type Kpi = z.infer<typeof kpiSchema>;

/** The catalogue of KPIs: `kpis.yaml`. */
export const kpiCatalogueSchema = z
  .strictObject({
    apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
    kind: z.literal('KpiCatalogue'),
    kpis: z.array(kpiSchema).min(1),
  })
  .refine(({ kpis }) => new Set(kpis.map((k) => k.id)).size === kpis.length, { message: 'names one KPI twice' });
