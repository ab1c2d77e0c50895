import {
  boolCoreTag,
  boolYaml11Tag,
  floatCoreTag,
  floatYaml11Tag,
  intCoreTag,
  intYaml11Tag,
  NOT_RESOLVED,
  nullCoreTag,
  nullYaml11Tag,
  timestampTag,
} from 'js-yaml';

type Reading = readonly [type: string, value: unknown];

const core = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag] as const;
const yaml11 = [nullYaml11Tag, boolYaml11Tag, intYaml11Tag, floatYaml11Tag, timestampTag] as const;

const readWith = (
  tags: readonly { tagName: string; resolve: (source: string, isExplicit: boolean, tagName: string) => unknown }[],
  source: string,
): Reading => {
  for (const { tagName, resolve } of tags) {
    const value = resolve(source, false, tagName);
    if (value !== NOT_RESOLVED) return [typeof value, value];
  }
  return ['string', source];
};

/** YAML 1.1 takes these for truths, merge and value keys (yaml.org/type); parsers differ in which of them they know. */
const words11 = /^(?:y|n|yes|no|on|off|<<|=|~)$/i;

/** What Go's YAML takes for a number: strconv's prefixes in any case, and digits with underscores. */
const goNumber = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.inf|\.nan)$/i;

/** What YAML 1.1 takes for a number without a digit after its point, or without any: `.` and `1.` are two (yaml.org/type/float). */
const float11 = /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+]?[0-9]+)?$/;

/** The one way to write a number that every parser reads alike. */
const canonicalNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+][0-9]+)?)?$/;

const isExact = (source: string): boolean => {
  const digits = source.replace(/^-|\.|[eE].*$/g, '').replace(/^0+/, '');
  const value = Number(source);
  if (Object.is(value, -0) || !Number.isFinite(value)) return false;
  return /[.eE]/.test(source) ? digits.length <= 17 : Number.isSafeInteger(value);
};

export type PlainReading = 'text' | 'value' | 'ambiguous' | 'inexact';

/** Words that are no text have at most five letters (`false`), and anything else that is none begins with a digit, sign or point. */
const isPlainWord = (source: string): boolean => source.length > 5 && /^[A-Za-z]/.test(source);

/**
 * How a plain scalar reads: as text or as a value (number, truth, nothing) in every parser, or differently in YAML 1.1, YAML 1.2 and
 * Go, or as a number that a double does not hold. Argo CD and kustomize are Go and mix both versions (sigs.k8s.io/yaml, yaml.v3).
 */
export const readPlain = (source: string): PlainReading => {
  if (isPlainWord(source)) return 'text';
  if (words11.test(source)) return 'ambiguous';
  if (/[0-9]|^[-+.]/.test(source) && (float11.test(source) || goNumber.test(source.replaceAll('_', '')))) {
    if (!canonicalNumber.test(source)) return 'ambiguous';
    return isExact(source) ? 'value' : 'inexact';
  }
  const [type12, value12] = readWith(core, source);
  const [type11, value11] = readWith(yaml11, source);
  if (type12 !== type11 || !Object.is(value12, value11)) return 'ambiguous';
  return type12 === 'string' ? 'text' : 'value';
};
