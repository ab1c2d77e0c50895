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

/** Above this mean a transformed uniform draw is faster than counting arrivals. */
const longWait = 12;

/** A draw from the Poisson distribution with the given mean; 0 where the mean is not above 0. */
export const poisson = (random: Random, mean: number): number => {
  if (!(mean > 0)) return 0;
  if (mean > largeEnough) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  if (mean > longWait) return transformed(random, mean);
  const limit = Math.exp(-mean);
  let events = 0;
  for (let product = random(); product > limit; product *= random()) events++;
  return events;
};

/** Transformed rejection, exact for means above 10 (W. Hörmann, The transformed rejection method for generating Poisson random variables, 1993: PTRS). */
const transformed = (random: Random, mean: number): number => {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const invAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const inner = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= inner) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log(v * invAlpha) - Math.log(a / (us * us) + b) <= k * Math.log(mean) - mean - logFactorial(k)) return k;
  }
};

/** Natural logarithm of k!, by Stirling's series above 9 (absolute error below 1e-9). */
const logFactorial = (k: number): number => {
  if (k > 9) return (k + 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * k) - 1 / (360 * k ** 3);
  let sum = 0;
  for (let factor = 2; factor <= k; factor++) sum += Math.log(factor);
  return sum;
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
