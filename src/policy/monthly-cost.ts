import type { Fleet } from '#model/fleet.ts';
import type { MonthlyCost } from '#model/report.ts';
import { capacityOf } from './capacity.ts';

interface Amounts {
  readonly cpu: number;
  readonly memoryGi: number;
  readonly gpu: number;
}

/**
 * What a change adds to the bill of a month, over all clusters: requests of the pinned agents, and the devices that their caps promise,
 * times the prices of `fleet.yaml` at head. Undefined without a base, without prices, and where requests stay as they were. Pure.
 */
export const monthlyCost = (base: Fleet | null | undefined, head: Fleet): MonthlyCost | undefined => {
  const { prices } = head.config;
  if (!base || prices === undefined) return undefined;
  const [was, now] = [amountsOf(base), amountsOf(head)];
  const change = { cpu: rounded(now.cpu - was.cpu), memoryGi: rounded(now.memoryGi - was.memoryGi), gpu: now.gpu - was.gpu };
  if (Object.values(change).every((amount) => amount === 0)) return undefined;
  const { basis, currency, perMonth } = prices;
  const costs = change.cpu * perMonth.cpu + change.memoryGi * perMonth.memoryGi + change.gpu * perMonth.gpu;
  return { ...change, currency, basis, delta: rounded(costs) };
};

const amountsOf = (fleet: Fleet): Amounts =>
  Object.values(capacityOf(undefined, fleet).clusters).reduce<Amounts>(
    (sum, { cpu, memory, gpu }) => ({
      cpu: sum.cpu + cpu.requested,
      memoryGi: sum.memoryGi + memory.requested,
      gpu: sum.gpu + (gpu.promised ?? 0),
    }),
    { cpu: 0, memoryGi: 0, gpu: 0 },
  );

const rounded = (value: number): number => Math.round(value * 100) / 100;
