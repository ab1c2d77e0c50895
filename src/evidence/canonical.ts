import canonicalize from 'canonicalize';

/**
 * RFC 8785: the one way to write a JSON value, so that equal values have equal bytes.
 * @throws Error for what JSON can not hold: NaN, infinity, half a surrogate pair, a cycle, undefined
 */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('there is no JSON for it');
  return text;
};
