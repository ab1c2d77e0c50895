const form = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Below zero when `a` comes before `b` by Semantic Versioning 2.0.0, zero when neither does, undefined when one is no version. */
export const compareVersions = (a: string, b: string): number | undefined => {
  const [left, right] = [form.exec(a), form.exec(b)];
  if (!left || !right) return undefined;
  for (const at of [1, 2, 3]) {
    const difference = Number(left[at]) - Number(right[at]);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(left[4], right[4]);
};

/** A release comes after its pre-releases; of those, numbers come before words and fewer fields before more. */
const comparePreReleases = (a: string | undefined, b: string | undefined): number => {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const [left, right] = [a.split('.'), b.split('.')];
  const at = left.findIndex((part, i) => part !== right[i]);
  if (at < 0) return left.length - right.length;
  const [x, y] = [left[at] ?? '', right[at]];
  if (y === undefined) return 1;
  const [isNumber, otherIsNumber] = [/^\d+$/.test(x), /^\d+$/.test(y)];
  if (isNumber && otherIsNumber) return Number(x) - Number(y);
  if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
  return x < y ? -1 : 1;
};
