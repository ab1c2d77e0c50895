import { constructFromEvents } from 'js-yaml';
import { scanText, type YamlScan } from '#scan/scan-yaml.ts';
import { type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { type Kustomization, resolveReference, type SourceFault } from './kustomization.ts';

/** What the scan says of a file of the snapshot; undefined where there is none. */
type SourceReader = (file: string) => YamlScan | undefined;

/** Files of a snapshot, and what is remembered of their contents. */
export interface Sources {
  readonly read: SourceReader;
  readonly recall: <T>(about: string, file: string, find: () => T) => T;
}

/** Documents of a source; undefined when the scan refuses it, or they can not be built here although Go might build them. */
const documentsOf = ({ events, text, problems }: YamlScan): unknown[] | undefined => {
  if (events === undefined || problems.length > 0) return undefined;
  try {
    return constructFromEvents([...events], { source: text });
  } catch {
    return undefined;
  }
};

const unreadable = (file: string, line: number): SourceFault => ({
  code: 'source.unreadable',
  file,
  line,
  message: 'can not be read here, so nobody can say what kustomize would make of it',
  solution: 'Write plain YAML: no tags, no key twice.',
});

/** Kinds that the Kubernetes API itself serves, so that kustomize knows their merge keys. */
const builtinGroups = /^(v1|(apps|batch|autoscaling|policy|extensions)\/v\w+|[a-z.]+\.k8s\.io\/v\w+)$/;
const crdGroups = /^(gateway\.networking|agents\.x|snapshot\.storage|metrics)\.k8s\.io\//;

const builtinKinds = new Set(
  (
    'Deployment StatefulSet DaemonSet ReplicaSet Job CronJob Pod Service ConfigMap Secret ServiceAccount Namespace NetworkPolicy ' +
    'PodDisruptionBudget HorizontalPodAutoscaler Ingress Role RoleBinding ClusterRole ClusterRoleBinding PersistentVolumeClaim'
  ).split(' '),
);

/** A target decides what is patched, whatever kind the patch says it is for. */
const isBuiltin = (apiVersion: string, targetKind: string | undefined): boolean =>
  targetKind === undefined ? builtinGroups.test(apiVersion) && !crdGroups.test(apiVersion) : targetKind.split('|').every((kind) => builtinKinds.has(kind));

/**
 * A strategic merge on a kind whose merge keys kustomize does not know replaces whole lists: containers vanish and
 * nothing is said (argo-rollouts issues 538, 700). Such patches must be JSON 6902.
 */
export const patchFaults = (file: string, folder: string, parsed: Kustomization, { read, recall }: Sources): SourceFault[] => {
  /** Faults carry names and lines, so only that there are none is remembered. */
  const unlessClean = (about: string, source: string, find: () => SourceFault[]): SourceFault[] => {
    let found: SourceFault[] | undefined;
    const isClean = recall(about, source, () => {
      found = find();
      return found.length === 0;
    });
    return isClean ? [] : (found ?? find());
  };
  const ofInline = (): SourceFault[] => parsed.inlinePatches.flatMap((p) => mergeFaults(scanText(p.text), p.targetKind, file, () => p.line));
  const files = parsed.patchFiles.flatMap(({ value, targetKind }) => {
    const target = resolveReference(folder, value);
    if (target === null) return [];
    return unlessClean(`no merge faults as a patch of ${targetKind ?? 'its own kind'}`, target, () => {
      const scan = read(target);
      return scan === undefined ? [] : mergeFaults(scan, targetKind, target, () => 1);
    });
  });
  return [...(parsed.inlinePatches.length === 0 ? [] : unlessClean('no merge faults inside', file, ofInline)), ...files];
};

const mergeFaults = (scan: YamlScan, targetKind: string | undefined, file: string, line: () => number): SourceFault[] => {
  const documents = documentsOf(scan);
  if (documents === undefined) return [unreadable(file, line())];
  return documents.filter(isFields).flatMap((document) => {
    if (isBuiltin(textAt(document, 'apiVersion'), targetKind)) return [];
    const kind = targetKind || textAt(document, 'kind') || 'unknown kind';
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
};

const functionAnnotations = ['config.kubernetes.io/function', 'config.k8s.io/function'];

/** Faults of a file named under generators, transformers or validators, and the further files it may read. */
export const pluginFaults = (
  file: string,
  folder: string,
  read: SourceReader,
  isFile: (file: string) => boolean,
): { faults: SourceFault[]; files: string[] } => {
  const scan = read(file);
  const documents = scan === undefined ? undefined : documentsOf(scan);
  if (documents === undefined) return { faults: [unreadable(file, 1)], files: [] };
  const objects = documents.filter(isFields);
  return {
    faults: objects.flatMap((document) => [...pluginFault(file, document), ...remoteFaults(file, document)]),
    files: objects.flatMap((document) => [folder, folderOf(file)].flatMap((from) => namedFiles(from, document, isFile))),
  };
};

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');

const remoteFaults = (file: string, document: Fields): SourceFault[] =>
  stringsOf(document)
    .filter((text) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || text.startsWith('git@'))
    .map((text) => ({
      code: 'source.remote_base',
      file,
      line: 1,
      message: `${text} would be fetched over the network`,
      solution: 'Refer to a path of this repository.',
    }));

const pluginFault = (file: string, document: Fields): SourceFault[] => {
  const annotations = valueAt(document, 'metadata', 'annotations');
  if (isFields(annotations) && functionAnnotations.some((name) => name in annotations)) {
    return [{ code: 'source.function', file, line: 1, message: 'runs an exec or container function', solution: 'Use a built-in transformer.' }];
  }
  if (/HelmChart/.test(textAt(document, 'kind'))) {
    return [{ code: 'source.helm_inflation', file, line: 1, message: 'inflates a Helm chart at render time', solution: 'Use an Argo CD Application.' }];
  }
  if (document['apiVersion'] === 'builtin') return [];
  return [{ code: 'source.custom_plugin', file, line: 1, message: `needs the plugin ${textAt(document, 'kind')}`, solution: 'Use a built-in transformer.' }];
};

/** Any text that names a file counts as a dependency: too many files in a closure cost time, one too few costs truth. */
const namedFiles = (folder: string, document: Fields, isFile: (file: string) => boolean): string[] => {
  return stringsOf(document).flatMap((text) => {
    const target = resolveReference(folder, text.replace(/^[^=]*=/, ''));
    return target !== null && isFile(target) ? [target] : [];
  });
};

const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return isFields(value) ? Object.values(value).flatMap(stringsOf) : [];
};
