import { stringify } from 'yaml';

/** Facts as YAML that readers of versions 1.1 and 1.2 take for the same: a time of day, an instant and `NO` stand in quotes. */
export const factsText = (facts: unknown): string => stringify(facts, { schema: 'yaml-1.1', lineWidth: 0 });
