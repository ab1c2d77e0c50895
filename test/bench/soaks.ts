/**
 * How often the verdict over a ring takes a harmless release back, and finds a harmful one: simulated fleets whose clusters differ from each
 * other and wander through the day. Prints a table; equal seeds give equal numbers.
 */
import type { Kpi } from '#model/kpi.ts';
import type { Soak } from '#model/soak.ts';
import { judgeSoak } from '#observe/fleet/judge-soak.ts';
import { poisson, type Random, seededRandom } from '#util/random.ts';
import { type Answer, memoryMetrics } from '../support/memory-metrics.ts';
import { formatShare, medianOf, tallyOf } from '../support/verdict/shares.ts';
import { table } from './verdict-canary.ts';

const hour = 3_600_000;
const since = Date.parse('2027-03-10T00:00:00Z');
const runs = Number(process.env['RUNS'] ?? 200);

interface World {
  /** Clusters of the ring, of those after it. */
  readonly pilots: number;
  readonly controls: number;
  /** Decisions of one cluster in a cycle. */
  readonly decisions: number;
  /** Times as many errors, and dropped sessions, with the release. */
  readonly errors: number;
  readonly drops: number;
}

const drops: Kpi = {
  id: 'R1',
  name: 'abnormal releases',
  formula: '3600 x releases / session time',
  unit: 'per session hour',
  better: 'lower',
  scale: 3600,
  ratios: 1,
  margin: { limit: 0.1, scale: 'relative' },
  source: 'simulated',
};

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * Rates of one cluster in every cycle, times a mean: half as much or twice as much as others, by the hour, a twentieth more or less from day to
 * day, and wandering with a correlation of 0.5.
 */
const wandering = (random: Random): ((time: number) => number) => {
  const own = Math.exp(0.4 * normal(random));
  const known = new Map<number, number>();
  const days = new Map<number, number>();
  let level = normal(random);
  return (time) => {
    const found = known.get(time);
    if (found !== undefined) return found;
    level = 0.5 * level + Math.sqrt(0.75) * normal(random);
    const day = 1 + 0.5 * Math.sin((2 * Math.PI * (time % 86_400)) / 86_400);
    const date = Math.floor(time / 86_400);
    const drift = days.get(date) ?? Math.exp(0.05 * normal(random));
    days.set(date, drift);
    const value = own * day * drift * Math.exp(0.1 * level);
    known.set(time, value);
    return value;
  };
};

const answersOf = ({ decisions, ...world }: World, random: Random): (readonly [RegExp, Answer])[] => {
  const levels = new Map<string, (time: number) => number>();
  const counts = new Map<string, number>();
  const drawn =
    (what: string, factor: number, mean: number): Answer =>
    ({ cluster, time }) => {
      const key = `${what} ${cluster} ${time}`;
      const level = levels.get(`${what} ${cluster}`) ?? wandering(random);
      levels.set(`${what} ${cluster}`, level);
      const worse = cluster.startsWith('p') && time > since / 1000 ? factor : 1;
      const count = counts.get(key) ?? poisson(random, mean * worse * level(time));
      counts.set(key, count);
      return count;
    };
  return [
    [/outcome="error"/, drawn('errors', world.errors, decisions * 0.001)],
    [/decisions_total/, () => decisions],
    [/_bucket\{.*le="0\.1"/, () => Math.round(decisions * 0.99)],
    [/_count/, () => decisions],
    [/unsafe_actions|emergency_access|ran_network_incident/, () => 0],
    [/cycle_completions/, () => 1],
    [/ran_kpi_numerator/, drawn('drops', world.drops, 400)],
    [/ran_kpi_denominator/, () => 400_000],
  ];
};

/** Each hour through a soak of a day, and at the end of the second look. */
const looks = [...Array.from({ length: 24 }, (_, at) => at + 1), 24.5, 48, 72.5];

const oneRun = async (world: World, random: Random): Promise<{ readonly failedAt: number | undefined; readonly last: string }> => {
  const named = (letter: string, count: number) => Array.from({ length: count }, (_, at) => ({ name: `${letter}${at}`, vendor: 'ericsson' }));
  const [pilot, control] = [named('p', world.pilots), named('c', world.controls)];
  const soak: Soak = {
    agent: 'a',
    ring: 'w3',
    release: '2',
    since,
    pinnedAt: since - hour,
    until: since + 24 * hour,
    pilot,
    control,
    quorum: 0.95,
    kpis: ['R1'],
  };
  const metrics = memoryMetrics([...pilot, ...control].map(({ name }) => name), answersOf(world, random)); // biome-ignore format: one line
  let last = 'nothing';
  for (const at of looks) {
    const sample = await judgeSoak(soak, { metrics, kpis: new Map([['R1', drops]]), now: since + at * hour });
    last = sample?.phase ?? last;
    if (last === 'Failed') return { failedAt: at, last };
  }
  return { failedAt: undefined, last };
};

const worlds: readonly World[] = [
  { pilots: 2, controls: 6, decisions: 2000, errors: 1, drops: 1 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 1, drops: 1 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 2, drops: 1 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 1.2, drops: 1 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 1.5, drops: 1 },
  { pilots: 2, controls: 6, decisions: 2000, errors: 5, drops: 1 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 1, drops: 1.1 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 1, drops: 1.2 },
  { pilots: 5, controls: 30, decisions: 20_000, errors: 1, drops: 1.5 },
];

const rows: string[][] = [];
for (const world of worlds) {
  const random = seededRandom(JSON.stringify(world));
  const outcomes = [];
  for (let run = 0; run < runs; run++) outcomes.push(await oneRun(world, random));
  const failed = outcomes.flatMap(({ failedAt }) => failedAt ?? []);
  rows.push([
    `${world.pilots} / ${world.controls}`,
    String(world.decisions),
    String(world.errors),
    String(world.drops),
    `${formatShare(tallyOf(outcomes.map(({ failedAt }) => failedAt !== undefined)))}${failed.length === 0 ? '' : `, ${medianOf(failed)} h`}`,
    formatShare(tallyOf(outcomes.map(({ last }) => last === 'Successful'))),
  ]);
  process.stderr.write(`${rows.length} of ${worlds.length}\n`);
}
process.stdout.write(`${table(['clusters', 'decisions a cycle', 'errors, times', 'drops, times', 'fails', 'passes'], rows)}\n`);
