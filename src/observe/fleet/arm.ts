import type { ClusterTable, SoakCluster } from '#model/soak.ts';

/** Clusters of one side of a comparison, and the share of them that must answer. */
export interface Arm {
  readonly clusters: readonly SoakCluster[];
  readonly quorum: number;
}

export interface ArmSums {
  /** One for each table. */
  readonly sums: readonly number[];
  /** How many clusters they are of. */
  readonly clusters: number;
}

/** Whether a value was read: no gap, NaN or infinity, and no negative growth. */
const isRead = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && value >= 0;

/** Values of each cluster that has one in every table at a time; a cluster with a part missing says nothing. */
const rowsAt = (tables: readonly ClusterTable[], { clusters }: Arm, time: number): (readonly number[])[] =>
  clusters.flatMap(({ name }) => {
    const row = tables.map((table) => table.get(name)?.get(time)).filter(isRead);
    return row.length === tables.length ? [row] : [];
  });

/** Sums of each table over the clusters of an arm at a time; undefined where too few of them answered. Pure. */
export const sumsAt = (tables: readonly ClusterTable[], arm: Arm, time: number): ArmSums | undefined => {
  const rows = rowsAt(tables, arm, time);
  if (rows.length === 0 || rows.length < arm.quorum * arm.clusters.length) return undefined;
  return { sums: tables.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0)), clusters: rows.length };
};

/** How many clusters of an arm have a value that a test holds for, and how many have one, at a time. */
export const countAt = (table: ClusterTable, arm: Arm, time: number, holds: (value: number) => boolean): { readonly of: number; readonly held: number } => {
  const rows = rowsAt([table], arm, time);
  return { of: rows.length, held: rows.filter(([value]) => holds(value ?? 0)).length };
};

/** Clusters of an arm of which a table has no value at all. */
export const silentIn = (table: ClusterTable, { clusters }: Arm, times: readonly number[]): string[] =>
  clusters.filter(({ name }) => !times.some((time) => isRead(table.get(name)?.get(time)))).map(({ name }) => name);

/** The first few names, and how many more there are. */
export const someOf = (names: readonly string[]): string => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

/** Share of the cycles below which nothing is concluded (KPI S11). */
const fewestCovered = 0.9;

/** Says that too few cycles of an arm were read, and who was silent in all of them. */
export const coverage = (what: string, read: number, expected: number, silent: readonly string[]): string[] => {
  if (read >= fewestCovered * expected && read > 0) return [];
  const who = silent.length === 0 ? '' : `; nothing from ${someOf(silent)}`;
  return [`${what}: ${read} of ${expected} cycles were read, at least 90 % are needed${who}`];
};
