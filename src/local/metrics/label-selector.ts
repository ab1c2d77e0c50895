type Labels = Readonly<Record<string, string>>;
export type Selector = (labels: Labels) => boolean;

const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const prefixPattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const readKey = (text: string): string => {
  const [name = '', prefix, ...rest] = text.split('/').reverse();
  if (!namePattern.test(name) || rest.length > 0 || (prefix !== undefined && !prefixPattern.test(prefix))) throw new Error(`"${text}" is no label key`);
  return text;
};

const readValue = (text: string): string => {
  if (text !== '' && !namePattern.test(text)) throw new Error(`"${text}" is no label value`);
  return text;
};

const labelValue = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);

const readSet = (key: string, operator: string, list: string): Selector => {
  const wanted = new Set<string | undefined>(list.split(',').map((value) => readValue(value.trim())));
  return operator === 'in' ? (labels) => wanted.has(labelValue(labels, key)) : (labels) => !wanted.has(labelValue(labels, key));
};

const readRequirement = (requirement: string): Selector => {
  const text = requirement.trim();
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set) return readSet(readKey(set[1] ?? ''), set[2] ?? '', set[3] ?? '');
  const [, left, operator, right] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
  if (left !== undefined) {
    const key = readKey(left.trim());
    const value = readValue((right ?? '').trim());
    return operator === '!=' ? (labels) => labelValue(labels, key) !== value : (labels) => labelValue(labels, key) === value;
  }
  const absent = text.startsWith('!');
  const key = readKey(absent ? text.slice(1).trim() : text);
  return (labels) => (labelValue(labels, key) === undefined) === absent;
};

/** Parts between the commas that stand outside of parentheses. */
const splitRequirements = (selector: string): string[] => {
  const parts = [''];
  let depth = 0;
  for (const char of selector) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
};

/**
 * Reads a label selector of the Kubernetes API: `k=v`, `k==v`, `k!=v`, `k`, `!k`, `k in (a,b)`, `k notin (a,b)`, joined with commas.
 * As there, an absent label satisfies `!=` and `notin`, and the empty selector chooses everything.
 * @throws Error that tells the part which can not be read.
 */
export const parseLabelSelector = (selector: string): Selector => {
  if (selector.trim() === '') return () => true;
  const requirements = splitRequirements(selector).map(readRequirement);
  return (labels) => requirements.every((holds) => holds(labels));
};
