/** A source of numbers in [0, 1) that only its seed decides. */
export type Random = () => number;

/** One round of mixing of 32 bits: every bit of the input reaches every bit of the output. */
const mix = (value: number): number => {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
};

const hashText = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
};

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Seeded generator (xoshiro128**); equal texts give equal numbers on every machine. */
export const seededRandom = (seed: string): Random => {
  const start = hashText(seed);
  let [a, b, c, d] = [1, 2, 3, 4].map((word) => mix(start + Math.imul(word, 0x9e3779b9))) as [number, number, number, number];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result / 2 ** 32;
  };
};

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Above this mean or variance a rounded normal draw is as good as an exact one, and takes constant time. */
const largeEnough = 200;

/** A draw from the Poisson distribution with the given mean; 0 where the mean is not above 0. */
export const poisson = (random: Random, mean: number): number => {
  if (!(mean > 0)) return 0;
  if (mean > largeEnough) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let elapsed = 0;
  let events = -1;
  while (elapsed < mean) {
    elapsed -= Math.log(1 - random());
    events++;
  }
  return events;
};

/** How many of `trials` succeed when each does with the given chance (cut to 0..1). */
export const binomial = (random: Random, trials: number, chance: number): number => {
  if (!(trials > 0) || !(chance > 0)) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - binomial(random, trials, 1 - chance);
  const variance = trials * chance * (1 - chance);
  if (variance > largeEnough) return Math.min(trials, Math.max(0, Math.round(trials * chance + Math.sqrt(variance) * normal(random))));
  // Jumps from success to success, so that rare events cost little however many trials there are.
  const perTrial = Math.log1p(-chance);
  let successes = -1;
  let position = 0;
  while (position <= trials) {
    position += Math.floor(Math.log(1 - random()) / perTrial) + 1;
    successes++;
  }
  return successes;
};
