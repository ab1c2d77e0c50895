import type { JsonPath } from '#model/policy.ts';
import type { Query } from '../query.ts';
import type { Fault } from './fault.ts';
import type { MetricPlace } from './metric-place.ts';

/** Fewest scrapes in a range: with fewer, one that is late leaves a rate without a second sample. */
const scrapes = 4;

export const windowFaults = ({ metric, uses, contract }: MetricPlace, { selectors }: Query, path: JsonPath): Fault[] => {
  const ranges = selectors.flatMap(({ range }) => (range === undefined ? [] : [range]));
  if (ranges.length === 0) return [];
  const [shortest, longest] = [Math.min(...ranges), Math.max(...ranges)];
  const faults: Fault[] = [];
  if (contract && shortest < scrapes * contract.scrapeInterval) {
    const message = `${metric.name} looks back ${shortest} s, which is ${Math.floor(shortest / contract.scrapeInterval)} scrapes of ${contract.scrapeInterval} s`;
    faults.push({ rule: 'window', path, message });
  }
  const times = uses.flatMap(({ sinceWeight }) => (sinceWeight === undefined ? [] : [sinceWeight + metric.initialDelay]));
  const soonest = Math.min(...times);
  if (times.length > 0 && longest > soonest) {
    faults.push({
      rule: 'window',
      path,
      message: `${metric.name} looks back ${longest} s when the weight was set ${soonest} s ago: the rest is the weight before`,
    });
  }
  return faults;
};
