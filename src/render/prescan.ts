import { loadAll } from 'js-yaml';
import type { Snapshot } from '#model/ports.ts';
import { type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { type Kustomization, resolveReference, type SourceFault } from './kustomization.ts';

/** Documents of a file; none when it is not YAML, which the check of changed files says with its line. */
const documentsOf = (text: string): unknown[] => {
  try {
    return loadAll(text);
  } catch {
    return [];
  }
};

/** Kinds that the Kubernetes API itself serves, so that kustomize knows their merge keys. */
const builtinGroups = /^(v1|(apps|batch|autoscaling|policy|extensions)\/v\w+|[a-z.]+\.k8s\.io\/v\w+)$/;
const crdGroups = /^(gateway\.networking|agents\.x|snapshot\.storage|metrics)\.k8s\.io\//;

const isBuiltin = (apiVersion: string): boolean => builtinGroups.test(apiVersion) && !crdGroups.test(apiVersion);

/**
 * A strategic merge on a kind whose merge keys kustomize does not know replaces whole lists: containers vanish and
 * nothing is said (argo-rollouts issues 538, 700). Such patches must be JSON 6902.
 */
export const patchFaults = (file: string, folder: string, parsed: Kustomization, snapshot: Snapshot): SourceFault[] => {
  const inline = parsed.inlinePatches.flatMap((p) => mergeFaults(p.text, p.targetKind, file, () => p.line));
  const files = parsed.patchFiles.flatMap(({ value, targetKind }) => {
    const target = resolveReference(folder, value);
    if (target === null || snapshot.files.get(target)?.type !== 'file') return [];
    return mergeFaults(snapshot.read(target).toString(), targetKind, target, () => 1);
  });
  return [...inline, ...files];
};

const mergeFaults = (text: string, targetKind: string | undefined, file: string, line: () => number): SourceFault[] =>
  documentsOf(text).flatMap((document) => {
    if (!isFields(document)) return [];
    const apiVersion = typeof document['apiVersion'] === 'string' ? document['apiVersion'] : '';
    const kind = typeof document['kind'] === 'string' ? document['kind'] : (targetKind ?? 'unknown kind');
    if (apiVersion !== '' && isBuiltin(apiVersion)) return [];
    return [
      {
        code: 'source.strategic_merge',
        file,
        line: line(),
        message: `a strategic-merge patch on ${kind} replaces whole lists without a word: containers can vanish`,
        solution: 'Write the patch as a list of JSON 6902 operations.',
      },
    ];
  });

const functionAnnotations = ['config.kubernetes.io/function', 'config.k8s.io/function'];

/** Faults of a file named under generators, transformers or validators, and the further files it may read. */
export const pluginFaults = (file: string, snapshot: Snapshot): { faults: SourceFault[]; files: string[] } => {
  const documents = documentsOf(snapshot.read(file).toString()).filter(isFields);
  return {
    faults: documents.flatMap((document) => pluginFault(file, document) ?? []),
    files: documents.flatMap((document) => namedFiles(file, document, snapshot)),
  };
};

const pluginFault = (file: string, document: Fields): SourceFault | undefined => {
  const annotations = valueAt(document, 'metadata', 'annotations');
  if (isFields(annotations) && functionAnnotations.some((name) => name in annotations)) {
    return { code: 'source.function', file, line: 1, message: 'runs an exec or container function', solution: 'Use a built-in transformer.' };
  }
  if (/HelmChart/.test(textAt(document, 'kind'))) {
    return { code: 'source.helm_inflation', file, line: 1, message: 'inflates a Helm chart at render time', solution: 'Use an Argo CD Application.' };
  }
  if (document['apiVersion'] === 'builtin') return undefined;
  return { code: 'source.custom_plugin', file, line: 1, message: `needs the plugin ${textAt(document, 'kind')}`, solution: 'Use a built-in transformer.' };
};

/** Any text that names a file counts as a dependency: too many files in a closure cost time, one too few costs truth. */
const namedFiles = (file: string, document: Fields, snapshot: Snapshot): string[] => {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
  return stringsOf(document).flatMap((text) => {
    const target = resolveReference(folder, text.replace(/^[^=]*=/, ''));
    return target !== null && snapshot.files.has(target) ? [target] : [];
  });
};

const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return isFields(value) ? Object.values(value).flatMap(stringsOf) : [];
};
