import { asList, valueAt } from '#util/manifest.ts';
import type { Trace } from './blame.ts';
import type { Key, SourceText } from './source-text.ts';
import { pathOf, type Write } from './tree.ts';

/** A source file with one layer taken out of it. */
export interface Changed {
  readonly file: string;
  readonly text: string;
}

/**
 * The source without the write that is blamed, so that a render of it shows what the write did. Undefined for a write
 * that can not be taken out by itself, like the document of an object.
 */
export const takeAway = (trace: Trace): Changed | undefined => {
  const write = trace.writes.find((w) => w.copied === true) ?? inKustomization(trace.writes[trace.culprit]);
  if (write === undefined) return undefined;
  const { kind, text, document } = write.author;
  const path = pathOf(write.link);
  if (kind === 'json-patch') return withoutOperation(text, path);
  // A file that holds one replacement only: a file without any takes its place.
  if (kind === 'replacement' && replacementPath(text, path).length === 0) return changedFile(text, '[]\n');
  const taken = kind === 'replacement' ? replacementPath(text, path) : entryPath(path, kind);
  return taken.length === 0 ? undefined : changedFile(text, text.without(document, taken));
};

/** The content of a generator's file is taken out by its entry. */
const inKustomization = (write: Write | undefined): Write | undefined =>
  write?.author.kind === 'generator' && write.link === undefined ? write.before : write;

/** The operation as a whole, or one value inside what it adds. An operation that changes nothing stands in for it. */
const withoutOperation = (text: SourceText, path: readonly Key[]): Changed | undefined => {
  if (path.length > 2) return changedFile(text, text.without(0, path));
  const operations = asList(text.values[0]).map((op, i) => (i === path[0] ? { op: 'copy', from: '/kind', path: '/kind' } : op));
  return changedFile(text, operations.map((op) => `- ${JSON.stringify(op)}\n`).join(''));
};

/** Entries of lists whose parts make no sense alone. */
const entryPath = (path: readonly Key[], kind: Write['author']['kind']): readonly Key[] => {
  const isPart = kind === 'image' || kind === 'replicas' || (kind === 'generator' && path.length === 3 && path[2] === 'name');
  return isPart ? path.slice(0, -1) : path;
};

/** A target without field paths, or a replacement without targets, would mean something else: take the larger part. */
const replacementPath = (text: SourceText, path: readonly Key[]): readonly Key[] => {
  const whole = path.slice(0, path.indexOf('targets'));
  if (!path.includes('targets')) return path.slice(0, -1);
  const target = path.slice(0, whole.length + 2);
  const count = (at: readonly Key[]): number => asList(valueAt(text.values[0], ...at)).length;
  if (count([...target, 'fieldPaths']) > 1) return path;
  return count([...whole, 'targets']) > 1 ? target : whole;
};

const changedFile = (text: SourceText, changed: string | undefined): Changed | undefined => {
  if (changed === undefined) return undefined;
  if (text.holder === undefined) return { file: text.file, text: changed };
  return { file: text.file, text: text.holder.text.withScalar(text.holder.path, changed) };
};
