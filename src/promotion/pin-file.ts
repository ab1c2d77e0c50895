import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { GateError } from '#model/errors.ts';
import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import { cutPatch, hasPatch, insertPatch, replaceValue } from './pin-text.ts';

/** What the pin of one ring says. */
export interface Pin {
  readonly release: string;
  /** Pods with this ordinal or a higher one get the release; absent when there is no patch. */
  readonly partition?: number;
}

const partitionPath = '/spec/updateStrategy/rollingUpdate/partition';
const releasePattern = /^((?:\.\.\/)+releases\/)([0-9A-Za-z][0-9A-Za-z.+_-]*)$/;

/**
 * The release and the partition that a pin file states.
 * @throws GateError GATE_MALFORMED with file and line when it is not exactly one release and at most one partition patch.
 */
export const readPin = (text: string, path: string): Pin => {
  const { release, patch } = parsePin(text, path);
  return patch === undefined ? { release } : { release, partition: patch.partition };
};

/**
 * The text of a pin file with another release and partition; without a partition its patch is removed. All else stays byte
 * for byte. Pure.
 * @throws GateError GATE_MALFORMED with file and line when the pin can not be read, or not be edited without touching more.
 */
export const withPin = (text: string, path: string, pin: Pin): string => {
  if (!releasePattern.test(`../releases/${pin.release}`)) throw unusable(`${JSON.stringify(pin.release)} is not the name of a release`);
  if (pin.partition !== undefined && !isPartition(pin.partition)) throw unusable(`${pin.partition} is not a partition`);
  const before = parsePin(text, path);
  const released = pin.release === before.release ? text : replaceValue(text, ['resources', 0], before.release, pin.release);
  const edited = withPartition(released, before.patch, pin.partition);
  if (!isWritten(edited, path, pin, before)) throw malformed(path, before.line(['patches']), 'the pin can not be edited without touching more than it should');
  return edited;
};

/** Reads the new text back: it says what was asked for, and nothing else changed. */
const isWritten = (edited: string, path: string, pin: Pin, before: ParsedPin): boolean => {
  try {
    const after = parsePin(edited, path);
    return after.release === pin.release && after.patch?.partition === pin.partition && isDeepStrictEqual(after.rest, before.rest);
  } catch {
    return false;
  }
};

const withPartition = (text: string, patch: ParsedPin['patch'], partition: number | undefined): string => {
  if (patch?.partition === partition) return text;
  if (partition === undefined) return patch === undefined ? text : cutPatch(text, patch.index);
  if (patch === undefined) return insertPatch(text, patchLines(partition));
  const place = ['patches', patch.index, 'patch'];
  return hasPatch(text, patch.index, `value: ${patch.partition}`)
    ? replaceValue(text, place, `value: ${patch.partition}`, `value: ${partition}`)
    : insertPatch(cutPatch(text, patch.index), patchLines(partition));
};

/** One item of `patches`; `replace`, so that a StatefulSet without a partition is an error and not a whole update at once. */
const patchLines = (partition: number): string[] => [
  '- target:',
  '    kind: StatefulSet',
  '    name: agent',
  '  # Pods below this ordinal keep the former release; the last step of a promotion takes this patch away.',
  '  patch: |-',
  '    - op: replace',
  `      path: ${partitionPath}`,
  `      value: ${partition}`,
];

interface ParsedPin {
  readonly release: string;
  readonly patch: { readonly index: number; readonly partition: number } | undefined;
  /** Everything but the release and the partition patch. */
  readonly rest: unknown;
  line(at: readonly PropertyKey[]): number;
}

const parsePin = (text: string, path: string): ParsedPin => {
  const document = new SourceDocument(path, text);
  const [problem] = document.problems;
  if (problem) throw malformed(path, problem.line, problem.message);
  const line = (at: readonly PropertyKey[]): number => document.placeOf(at).line;
  const fields: Fields = isFields(document.value) ? document.value : {};
  const release = releaseOf(fields, path, line);
  const patch = partitionPatch(fields, path, line);
  const patches = asList(fields['patches']).filter((_, i) => i !== patch?.index);
  const rest = { ...fields, resources: undefined, patches: patch !== undefined && patches.length === 0 ? undefined : fields['patches'] && patches };
  return { release, patch, rest, line };
};

const releaseOf = (fields: Fields, path: string, line: ParsedPin['line']): string => {
  const resources = asList(fields['resources']);
  const release = resources.length === 1 && typeof resources[0] === 'string' ? releasePattern.exec(resources[0])?.[2] : undefined;
  if (release !== undefined) return release;
  throw malformed(path, line(['resources']), 'a pin names exactly one release');
};

const partitionPatch = (fields: Fields, path: string, line: ParsedPin['line']): ParsedPin['patch'] => {
  if (fields['patches'] !== undefined && !Array.isArray(fields['patches'])) throw malformed(path, line(['patches']), 'patches is not a list');
  const elsewhere = Object.keys(fields).find((key) => key !== 'patches' && JSON.stringify(fields[key])?.includes('partition'));
  if (elsewhere !== undefined) throw malformed(path, line([elsewhere]), 'only an entry of patches may set the partition');
  const found = asList(fields['patches']).flatMap((entry, index) =>
    JSON.stringify(entry).includes('partition') ? [{ index, partition: partitionOf(entry) ?? fault(path, line(['patches', index])) }] : [],
  );
  if (found.length > 1) throw malformed(path, line(['patches', found[1]?.index ?? 0]), 'a second patch sets the partition');
  return found[0];
};

const fault = (path: string, line: number): never => {
  throw malformed(path, line, `a patch of the partition is one operation on ${partitionPath} of the StatefulSet agent, with a whole number from 0`);
};

const partitionOf = (entry: unknown): number | undefined => {
  const target = valueAt(entry, 'target');
  if (!isDeepStrictEqual(target, { kind: 'StatefulSet', name: 'agent' })) return undefined;
  const operations = operationsOf(textAt(entry, 'patch'));
  const [operation] = operations;
  if (operations.length !== 1 || !/^(replace|add)$/.test(textAt(operation, 'op')) || textAt(operation, 'path') !== partitionPath) return undefined;
  const partition = valueAt(operation, 'value');
  return isPartition(partition) ? partition : undefined;
};

const operationsOf = (patch: string): readonly unknown[] => {
  try {
    return asList(load(patch));
  } catch {
    return [];
  }
};

const isPartition = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 2 ** 31 - 1;

const malformed = (path: string, line: number, message: string): GateError =>
  new GateError('GATE_MALFORMED', 'usage', `${path}:${line}: ${message}`, {
    hint: 'Write one line under resources:, like ../../../releases/1.0.0, and let the pipeline write the patch of the partition.',
  });

const unusable = (message: string): GateError =>
  new GateError('GATE_USAGE', 'usage', message, { hint: 'Give a release such as 1.2.0 and a partition from 0 to the number of replicas.' });
