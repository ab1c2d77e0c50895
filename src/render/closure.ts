import path from 'node:path/posix';
import type { Snapshot } from '#model/ports.ts';
import { isRemote, type Kustomization, kustomizationNames, parseKustomization, type Reference, resolveReference, type SourceFault } from './kustomization.ts';
import { patchFaults, pluginFaults } from './prescan.ts';

/** All files that can influence what one folder renders, and what the pre-scan found in them. */
export interface Closure {
  readonly files: ReadonlySet<string>;
  readonly faults: readonly SourceFault[];
}

/** Shared between snapshots: equal blobs are parsed once. */
export type ParseCache = Map<string, Kustomization>;

/** Answers `closureOf(folder)` for one snapshot; every folder is walked once. */
export class ClosureGraph {
  readonly #snapshot: Snapshot;
  readonly #parsed: ParseCache;
  readonly #folders: ReadonlySet<string>;
  readonly #closures = new Map<string, Closure>();
  readonly #walking: string[] = [];
  readonly #named = new Set<string>();

  constructor(snapshot: Snapshot, parsed: ParseCache = new Map()) {
    this.#snapshot = snapshot;
    this.#parsed = parsed;
    this.#folders = foldersOf(snapshot.files.keys());
    snapshot.prefetch(kustomizationFiles(snapshot));
  }

  /** Faults of every kustomization of the snapshot, reachable from a root or not, each told once. */
  allFaults(): SourceFault[] {
    const faults = new Map<string, SourceFault>();
    for (const file of kustomizationFiles(this.#snapshot)) {
      for (const f of this.closureOf(path.dirname(file)).faults) faults.set(`${f.code} ${f.file}:${f.line} ${f.message}`, f);
    }
    return [...faults.values()];
  }

  /** Does any kustomization of the snapshot name this folder? */
  refersTo(folder: string): boolean {
    this.allFaults();
    return this.#named.has(folder);
  }

  closureOf(folder: string): Closure {
    const known = this.#closures.get(folder);
    if (known) return known;
    this.#walking.push(folder);
    const closure = this.#walk(folder);
    this.#walking.pop();
    this.#closures.set(folder, closure);
    return closure;
  }

  #walk(folder: string): Closure {
    const present = kustomizationNames.map((n) => join(folder, n)).filter((f) => this.#snapshot.files.has(f));
    const [file] = present;
    if (file === undefined) return { files: new Set(), faults: [] };
    const files = new Set(present);
    const faults: SourceFault[] = [...this.#linkFaults(file, file, () => 1)];
    if (present.length > 1) faults.push(fault('source.two_kustomizations', file, 1, `stands beside ${present.slice(1).join(', ')}`, 'Keep one.'));
    if (faults.length > 0) return { files, faults };
    const parsed = this.#parse(file);
    faults.push(...parsed.faults.map((f) => ({ ...f, file })));
    faults.push(...patchFaults(file, folder, parsed, this.#snapshot));
    for (const reference of parsed.references) this.#follow(folder, file, reference, files, faults);
    return { files, faults };
  }

  #follow(folder: string, file: string, reference: Reference, files: Set<string>, faults: SourceFault[]): void {
    const target = this.#resolve(folder, file, reference, faults);
    if (target === undefined) return;
    this.#named.add(target);
    if (this.#folders.has(target) && reference.use !== 'file') this.#followFolder(target, file, reference, files, faults);
    else this.#followFile(folder, target, file, reference, files, faults);
  }

  #followFolder(target: string, file: string, reference: Reference, files: Set<string>, faults: SourceFault[]): void {
    const { field, value, use } = reference;
    if (use === 'plugin') {
      faults.push(
        fault('source.custom_plugin', file, reference.line, `${field}: ${value} is a folder of plugins`, 'Name the file of one built-in transformer.'),
      );
      return;
    }
    if (this.#walking.includes(target)) {
      const cycle = [...this.#walking.slice(this.#walking.indexOf(target)), target].join(' -> ');
      faults.push(fault('source.cycle', file, reference.line, `${field}: ${value} closes a cycle: ${cycle}`, 'A folder must not include itself.'));
      return;
    }
    const inner = this.closureOf(target);
    for (const f of inner.files) files.add(f);
    faults.push(...inner.faults);
    if (inner.files.size === 0)
      faults.push(
        fault('source.missing_reference', file, reference.line, `${field}: ${value} is a folder without a kustomization`, 'Add one or mend the path.'),
      );
  }

  #followFile(folder: string, target: string, file: string, reference: Reference, files: Set<string>, faults: SourceFault[]): void {
    const { field, value } = reference;
    const links = this.#linkFaults(target, file, () => reference.line);
    faults.push(...links);
    if (links.length > 0) return;
    if (!this.#snapshot.files.has(target)) {
      faults.push(fault('source.missing_reference', file, reference.line, `${field}: ${value} does not exist`, 'Mend the path, or commit the file.'));
      return;
    }
    if (!below(folder, target)) {
      const solution = 'Files must stand in or below the folder; folders may be elsewhere.';
      faults.push(fault('source.outside_folder', file, reference.line, `${field}: ${value} is a file outside ${folder}`, solution));
      return;
    }
    files.add(target);
    if (reference.use !== 'plugin') return;
    const plugin = pluginFaults(target, folder, this.#snapshot);
    faults.push(...plugin.faults);
    for (const named of plugin.files) files.add(named);
  }

  #resolve(folder: string, file: string, reference: Reference, faults: SourceFault[]): string | undefined {
    const { field, value } = reference;
    if (isRemote(value)) {
      faults.push(
        fault('source.remote_base', file, reference.line, `${field}: ${value} would be fetched over the network`, 'Refer to a path of this repository.'),
      );
      return undefined;
    }
    const target = resolveReference(folder, value);
    if (target === null) {
      faults.push(fault('source.outside_repository', file, reference.line, `${field}: ${value} leaves the repository`, 'Refer to a path of this repository.'));
      return undefined;
    }
    return target;
  }

  #linkFaults(target: string, file: string, line: () => number): SourceFault[] {
    const parts = target.split('/');
    for (let n = 1; n <= parts.length; n++) {
      const prefix = parts.slice(0, n).join('/');
      const type = this.#snapshot.files.get(prefix)?.type;
      if (type === 'symlink') return [fault('source.symlink', file, line(), `${prefix} is a symbolic link`, 'Commit the file itself.')];
      if (type === 'submodule') return [fault('source.submodule', file, line(), `${prefix} is another repository`, 'Commit the files themselves.')];
    }
    return [];
  }

  #parse(file: string): Kustomization {
    const id = this.#snapshot.files.get(file)?.id ?? file;
    const known = this.#parsed.get(id) ?? parseKustomization(file, this.#snapshot.read(file).toString());
    this.#parsed.set(id, known);
    return known;
  }
}

const fault = (code: string, file: string, line: number, message: string, solution: string): SourceFault => ({ code, file, line, message, solution });

const join = (folder: string, name: string): string => (folder === '.' ? name : `${folder}/${name}`);

const below = (folder: string, target: string): boolean => folder === '.' || target.startsWith(`${folder}/`);

const isKustomization = (file: string): boolean => kustomizationNames.some((n) => path.basename(file) === n);

const kustomizationFiles = (snapshot: Snapshot): string[] => [...snapshot.files.keys()].filter(isKustomization);

const foldersOf = (files: Iterable<string>): Set<string> => {
  const folders = new Set<string>(['.']);
  for (const file of files) {
    for (let folder = path.dirname(file); folder !== '.' && !folders.has(folder); folder = path.dirname(folder)) folders.add(folder);
  }
  return folders;
};
