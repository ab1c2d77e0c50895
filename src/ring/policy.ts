import type { Ring } from '#model/cluster.ts';

const minute = 60_000;

/** Numbers that promotions go by. Times in milliseconds. Sources: docs/promotion.md. */
export const policy = {
  /** A cluster of which nothing was seen for so long is silent. */
  freshness: 10 * minute,
  /** Between two looks that agree, before a cluster counts as running a release, or as degraded. */
  confirm: minute,
  /** Most clusters of a ring that may be silent, share. */
  silent: 0.05,
  /** Cycle of the optimisation and granularity period of the counters. */
  cycle: 15 * minute,
  /** Cycles after the actuation that tell nothing yet. */
  skippedCycles: 1,
  /** Longest time from the pin to the sync. */
  sync: 15 * minute,
  /** Local hours, of which a soak of tier W in production must hold one in full. */
  busyHours: { from: 18, until: 21 },
  /** What must be left of a maintenance window at the start: apply 5, canary 60, way back 15 minutes. */
  windowNeeds: 80 * minute,
  /** From the start of a tier-W promotion to the verdict that people must be there for. */
  verdictAfter: 24 * 60 * minute,
  /** Between two hubs. */
  hubs: 24 * 60 * minute,
  /** Most agents that move in the first rings at a time. */
  earlyMoves: 5,
  /** Cells of one tracking area whose parameters may go back in a minute. */
  cellsPerMinute: 60,
} as const;

/** Share of clusters that must run the release, of those that report. */
export const quorumOf = (ring: Ring): number => (isFirst(ring) ? 1 : 0.95);

/** Failing clusters from which on a ring goes back; with fewer it is held. Never more than there are. */
export const budgetOf = (ring: Ring, clusters: number): number =>
  Math.min(clusters, isFirst(ring) ? 1 : ring === 'w2' ? 2 : Math.max(3, Math.ceil(clusters / 100)));

const isFirst = (ring: Ring): boolean => ring === 'w0' || ring === 'w1';

/** Cells of production that may have a release with a ring, cumulative share (rule 9 of the RAN change-safety rules). */
export const capOf = (ring: Ring): number => (({ w0: 0, w1: 0, w2: 0.025, w3: 0.1, w4: 0.2, w5: 0.5 }) as Partial<Record<Ring, number>>)[ring] ?? 1;
