/** Formats that the API server checks on text; a format that is not here is a hint for readers, for the server as well. */
const textFormats: Readonly<Record<string, RegExp>> = {
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  'date-time': /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  duration: /^[+-]?(?:0|(?:\d+(?:\.\d+)?\s*[a-zµμ]+\s*)+)$/i,
  ipv4: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/,
  ipv6: /^[0-9a-f:.]*:[0-9a-f:.]*$/i,
  quantity: /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
};

const int32 = 2 ** 31;

/** What is wrong with a value, by its format: undefined when nothing is. */
export const formatProblem = (value: unknown, format: string): string | undefined => {
  if (typeof value === 'number' && format === 'int32') return value >= -int32 && value < int32 ? undefined : 'must fit in 32 bits';
  if (typeof value !== 'string' || !Object.hasOwn(textFormats, format)) return undefined;
  // Go's base64 skips line breaks, and kustomize writes long secrets with them.
  const text = format === 'byte' ? value.replace(/[\r\n]/g, '') : value;
  return textFormats[format]?.test(text) ? undefined : `must be of format ${format}`;
};

const longestMatched = 4096;
const patterns = new Map<string, RegExp | undefined>();

/** Go's notation in JavaScript's: `(?i)` is a flag there, and the end is never before a line break. */
const compile = (pattern: string): RegExp | undefined => {
  try {
    return new RegExp(pattern.replaceAll('(?i)', '').replaceAll('\\z', '$'), pattern.includes('(?i)') ? 'iu' : 'u');
  } catch {
    return undefined;
  }
};

/** Whether the text matches; undefined when nobody here can say: the text is too long to try, or the pattern has no meaning here. */
export const matchesPattern = (text: string, pattern: string): boolean | undefined => {
  if (text.length > longestMatched) return undefined;
  if (!patterns.has(pattern)) patterns.set(pattern, compile(pattern));
  return patterns.get(pattern)?.test(text);
};
