/** Power of ten or of two behind each suffix. Small ones divide, so that 700m is 0.7 and not a neighbour of it. */
const multiples = new Map([
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);
const parts = new Map([
  ['m', 1e3],
  ['u', 1e6],
  ['n', 1e9],
]);

/** Value of a Kubernetes quantity (`500m`, `1Gi`, `2e3`, 4) in its base unit, or undefined when it is not one. */
export const parseQuantity = (quantity: unknown): number | undefined => {
  if (typeof quantity === 'number') return Number.isFinite(quantity) ? quantity : undefined;
  if (typeof quantity !== 'string') return undefined;
  const [, digits, exponent = '', suffix = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([A-Za-z]+))?$/.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  const part = parts.get(suffix);
  const multiple = multiples.get(suffix);
  if (part !== undefined) return Number(digits) / part;
  return multiple === undefined ? undefined : Number(digits + exponent) * multiple;
};
