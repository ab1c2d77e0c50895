import path from 'node:path/posix';
import type { ScanProblem } from '#scan/problem.ts';
import { scanText, type YamlScan } from '#scan/scan-yaml.ts';
import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import { unknownFields } from './known-fields.ts';
import { inlinePatches, type LineOf, patchFiles } from './patch-entries.ts';

export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Does kustomize take a file of this name for a kustomization? */
export const isKustomization = (file: string): boolean => kustomizationNames.some((name) => file === name || file.endsWith(`/${name}`));

/** How kustomize uses a reference: a folder or file of resources, a file of YAML, a file of anything, or a plugin configuration. */
type ReferenceUse = 'resource' | 'folder' | 'source' | 'file' | 'plugin';

export interface Reference {
  readonly field: string;
  readonly value: string;
  readonly use: ReferenceUse;
  /** Found when asked for: only an error message needs it. */
  readonly line: number;
}

export interface SourceFault {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  /** Where one is known. */
  readonly column?: number;
  readonly message: string;
  readonly solution: string;
}

export interface Kustomization {
  readonly references: readonly Reference[];
  readonly faults: readonly Fault[];
  /** Inline patches, with the line on which each stands. */
  readonly inlinePatches: readonly { readonly text: string; readonly line: number; readonly targetKind: string | undefined }[];
  /** Files that hold patches. */
  readonly patchFiles: readonly { readonly value: string; readonly line: number; readonly targetKind: string | undefined }[];
}

type PathKey = string | number;

const listFields: Readonly<Record<string, ReferenceUse>> = {
  resources: 'resource',
  bases: 'folder',
  components: 'folder',
  crds: 'source',
  configurations: 'source',
  generators: 'plugin',
  transformers: 'plugin',
  validators: 'plugin',
};

const forbiddenFields: Readonly<Record<string, string>> = {
  helmCharts: 'inflates a Helm chart',
  helmChartInflationGenerator: 'inflates a Helm chart',
  helmGlobals: 'inflates a Helm chart',
};

/** Reads one kustomization file: everything it refers to, with lines, and what it must not contain. */
export const parseKustomization = (file: string, source: string | YamlScan): Kustomization => {
  const scan = typeof source === 'string' ? scanText(source) : source;
  const scanned = scan.problems.map(scanFault);
  if (scan.events === undefined) return failed(scanned);
  const document = new SourceDocument(file, scan.text, scan.events);
  const lineOf = (...at: PathKey[]): number => document.placeOf(at).line;
  const broken = document.problems.map((p) => malformed(p.line, `is not YAML: ${p.message}`, 'Mend the syntax.'));
  if (broken.length > 0) return failed(scanned.length > 0 ? scanned : broken.slice(0, 1));
  if (!isFields(document.value))
    return failed([...scanned, malformed(1, 'is not a kustomization: its top level is not a map', 'Write fields like resources:.')]);
  const fields = document.value;
  const inline = inlinePatches(fields, lineOf);
  return {
    references: [
      ...listReferences(fields, lineOf),
      ...generatorReferences(fields, lineOf),
      ...patchReferences(fields, lineOf),
      ...otherReferences(fields, lineOf),
    ],
    faults: [
      ...scanned,
      ...inline.flatMap(({ text, line }) =>
        scanText(text).problems.map((p) => ({ ...scanFault(p), line: line + p.line, message: `in this patch: ${p.message}` })),
      ),
      ...unknownFields(fields).map((at) => unknownField(at, lineOf)),
      ...forbidden(fields, lineOf),
    ],
    inlinePatches: inline,
    patchFiles: patchFiles(fields, lineOf),
  };
};

const unknownField = (at: readonly PathKey[], lineOf: LineOf) => ({
  code: 'source.unknown_field',
  line: lineOf(...at),
  message: `${at.join('.')} is no field of a kustomization`,
  solution: 'Spell it as kustomize documents it; letters count, and merge keys are not used.',
});

const forbidden = (fields: Fields, lineOf: LineOf) =>
  Object.keys(forbiddenFields)
    .filter((field) => field in fields)
    .map((field) => ({
      code: 'source.helm_inflation',
      line: lineOf(field),
      message: `${field}: ${forbiddenFields[field]} at render time`,
      solution: 'Point an Argo CD Application at the chart by commit instead.',
    }));

type Fault = Omit<SourceFault, 'file'>;

const malformed = (line: number, message: string, solution: string): Fault => ({ code: 'source.malformed', line, message, solution });

/** A problem of the scan as a fault of the file. */
export const scanFault = ({ kind, ...problem }: ScanProblem): Fault => ({ code: `source.${kind}`, ...problem });

const failed = (faults: readonly Fault[]): Kustomization => ({ references: [], faults, inlinePatches: [], patchFiles: [] });

const listReferences = (fields: Fields, lineOf: LineOf): Reference[] =>
  Object.entries(listFields).flatMap(([field, use]) =>
    asList(fields[field]).flatMap((value, i) => (typeof value === 'string' ? [reference(field, value, use, () => lineOf(field, i))] : [])),
  );

const generatorReferences = (fields: Fields, lineOf: LineOf): Reference[] =>
  ['configMapGenerator', 'secretGenerator'].flatMap((field) =>
    asList(fields[field]).flatMap((generator, i) => {
      if (!isFields(generator)) return [];
      const lists = ['files', 'envs'].flatMap((key) =>
        asList(generator[key]).map((value, j) =>
          fileReference(field, key === 'files' ? String(value).replace(/^[^=]*=/, '') : String(value), () => lineOf(field, i, key, j)),
        ),
      );
      const single = typeof generator['env'] === 'string' ? [fileReference(field, generator['env'], () => lineOf(field, i, 'env'))] : [];
      return [...lists, ...single];
    }),
  );

const reference = (field: string, value: string, use: ReferenceUse, line: () => number): Reference => ({
  field,
  value,
  use,
  get line() {
    return line();
  },
});

const fileReference = (field: string, value: string, line: () => number): Reference => reference(field, value, 'file', line);

const sourceReference = (field: string, value: string, line: () => number): Reference => reference(field, value, 'source', line);

const patchReferences = (fields: Fields, lineOf: LineOf): Reference[] =>
  patchFiles(fields, lineOf).map((patch) => sourceReference('patches', patch.value, () => patch.line));

const otherReferences = (fields: Fields, lineOf: LineOf): Reference[] => {
  const openapi = valueAt(fields, 'openapi', 'path');
  const schema = typeof openapi === 'string' ? [sourceReference('openapi', openapi, () => lineOf('openapi', 'path'))] : [];
  const replacements = asList(fields['replacements']).flatMap((entry, i) =>
    typeof valueAt(entry, 'path') === 'string' ? [sourceReference('replacements', textAt(entry, 'path'), () => lineOf('replacements', i, 'path'))] : [],
  );
  return [...schema, ...replacements];
};

/** Repository path that `value` names when written in `folder`; null when it leaves the repository or is absolute. */
export const resolveReference = (folder: string, value: string): string | null => {
  if (path.isAbsolute(value)) return null;
  const resolved = path.normalize(path.join(folder, value)).replace(/\/$/, '');
  return resolved === '..' || resolved.startsWith('../') ? null : resolved;
};

/** Would kustomize fetch this reference over a network? Over-cautious on purpose: a local path never looks like this. */
export const isRemote = (value: string): boolean =>
  /^[a-z][a-z0-9+.-]*:/i.test(value) ||
  value.includes('://') ||
  value.includes('?') ||
  value.includes('@') ||
  /^[^./][^/]*\.[a-z]{2,}(:\d+)?\//i.test(value) ||
  /\.git(\/|$)/.test(value);
