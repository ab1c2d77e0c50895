/** Order by code unit, the same on every machine. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each value once, in order. */
export const uniqueSorted = (values: readonly string[]): string[] => [...new Set(values)].sort();
