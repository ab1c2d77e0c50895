import path from 'node:path/posix';
import { recalled, type Snapshot } from '#model/ports.ts';
import { scanYaml, type YamlScan } from '#scan/scan-yaml.ts';
import { foldersOf } from './folders.ts';
import { keptOf, restored } from './kept-kustomization.ts';
import {
  isKustomization,
  isRemote,
  type Kustomization,
  kustomizationNames,
  parseKustomization,
  type Reference,
  resolveReference,
  type SourceFault,
} from './kustomization.ts';
import { patchFaults, pluginFaults, type Sources } from './prescan.ts';

/** All files that can influence what one folder renders, and what the pre-scan found in them. */
export interface Closure {
  readonly files: ReadonlySet<string>;
  readonly faults: readonly SourceFault[];
  /** How many folders kustomize builds for this one: a folder that is included twice is built twice. */
  readonly builds: number;
}

const nothing: Closure = { files: new Set(), faults: [], builds: 0 };

/** Why kustomize reads a file as YAML: for objects of their own, or for anything else. */
export type SourceUse = 'resource' | 'other';

/** A closure while it is gathered. */
interface Gathering {
  readonly files: Set<string>;
  readonly faults: Set<SourceFault>;
  builds: number;
}

/** Folders that one root may build, and how deep they may include one another: several times what the fleet needs. */
const largest = { builds: 2_000, depth: 32 } as const;

/** Shared between snapshots: equal blobs are parsed once. */
export type ParseCache = Map<string, Kustomization>;

/** Answers `closureOf(folder)` for one snapshot; every folder is walked once. */
export class ClosureGraph {
  readonly #snapshot: Snapshot;
  readonly #parsed: ParseCache;
  readonly #folders: ReadonlySet<string>;
  readonly #hasLinks: boolean;
  readonly #closures = new Map<string, Closure>();
  readonly #walking: string[] = [];
  readonly #named = new Set<string>();
  readonly #uses = new Map<string, SourceUse>();
  readonly #scans = new Map<string, YamlScan>();

  constructor(snapshot: Snapshot, parsed: ParseCache = new Map()) {
    this.#snapshot = snapshot;
    this.#parsed = parsed;
    this.#folders = foldersOf(snapshot.files.keys());
    this.#hasLinks = [...snapshot.files.values()].some(({ type }) => type !== 'file');
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

  /** Files of a closure that kustomize reads as YAML, whatever their names. */
  sourcesOf(folder: string): [file: string, use: SourceUse][] {
    return [...this.closureOf(folder).files].flatMap((file): [string, SourceUse][] => {
      const use = this.#uses.get(file);
      return use === undefined || this.#snapshot.files.get(file)?.type !== 'file' ? [] : [[file, use]];
    });
  }

  /** What the scan says of a file; equal blobs are scanned once. */
  scanOf(file: string): YamlScan {
    const id = this.#snapshot.files.get(file)?.id ?? file;
    const scan = this.#scans.get(id) ?? scanYaml(this.#snapshot.read(file));
    this.#scans.set(id, scan);
    return scan;
  }

  #walk(folder: string): Closure {
    const present = kustomizationNames.map((n) => join(folder, n)).filter((f) => this.#snapshot.files.has(f));
    const [file] = present;
    if (file === undefined) return nothing;
    const found: Gathering = { files: new Set(present), faults: new Set(this.#linkFaults(file, file, () => 1)), builds: 1 };
    if (present.length > 1) found.faults.add(fault('source.two_kustomizations', file, 1, `stands beside ${present.slice(1).join(', ')}`, 'Keep one.'));
    if (this.#walking.length > largest.depth) found.faults.add(tooMuch(file, `stands ${largest.depth} folders deep in others`));
    if (found.faults.size > 0) return closed(found);
    const parsed = this.#parse(file);
    for (const f of parsed.faults) found.faults.add({ ...f, file });
    for (const f of patchFaults(file, folder, parsed, this.#sources)) found.faults.add(f);
    for (const reference of parsed.references) this.#follow(folder, file, reference, found);
    if (found.builds > largest.builds) found.faults.add(tooMuch(file, `builds more than ${largest.builds} folders, counting each as often as it is included`));
    return closed(found);
  }

  /** Only what the scan lets pass is parsed: a fault of the scan is told once, by whoever reads the file. */
  readonly #sources: Sources = {
    read: (file) => (this.#snapshot.files.get(file)?.type === 'file' ? this.scanOf(file) : undefined),
    recall: (about, file, find) => recalled(this.#snapshot, about, file, find),
  };

  #follow(folder: string, file: string, reference: Reference, found: Gathering): void {
    const target = this.#resolve(folder, file, reference, found.faults);
    if (target === undefined) return;
    this.#named.add(target);
    if (this.#folders.has(target) && reference.use !== 'file' && reference.use !== 'source') this.#followFolder(target, file, reference, found);
    else this.#followFile(folder, target, file, reference, found);
  }

  #followFolder(target: string, file: string, reference: Reference, found: Gathering): void {
    const { field, value, use } = reference;
    const { faults } = found;
    if (use === 'plugin') {
      faults.add(
        fault('source.custom_plugin', file, reference.line, `${field}: ${value} is a folder of plugins`, 'Name the file of one built-in transformer.'),
      );
      return;
    }
    if (this.#walking.includes(target)) {
      const cycle = [...this.#walking.slice(this.#walking.indexOf(target)), target].join(' -> ');
      faults.add(fault('source.cycle', file, reference.line, `${field}: ${value} closes a cycle: ${cycle}`, 'A folder must not include itself.'));
      return;
    }
    const inner = this.closureOf(target);
    for (const f of inner.files) found.files.add(f);
    for (const f of inner.faults) faults.add(f);
    found.builds += inner.builds;
    if (inner.files.size === 0)
      faults.add(
        fault('source.missing_reference', file, reference.line, `${field}: ${value} is a folder without a kustomization`, 'Add one or mend the path.'),
      );
  }

  #followFile(folder: string, target: string, file: string, reference: Reference, { files, faults }: Gathering): void {
    const { field, value, use } = reference;
    const links = this.#linkFaults(target, file, () => reference.line);
    for (const f of links) faults.add(f);
    if (links.length > 0) return;
    if (!this.#snapshot.files.has(target)) {
      faults.add(fault('source.missing_reference', file, reference.line, `${field}: ${value} does not exist`, 'Mend the path, or commit the file.'));
      return;
    }
    if (!below(folder, target)) {
      const solution = 'Files must stand in or below the folder; folders may be elsewhere.';
      faults.add(fault('source.outside_folder', file, reference.line, `${field}: ${value} is a file outside ${folder}`, solution));
      return;
    }
    files.add(target);
    if (use !== 'file' && this.#uses.get(target) !== 'resource') this.#uses.set(target, use === 'resource' ? 'resource' : 'other');
    if (use !== 'plugin') return;
    const plugin = pluginFaults(target, folder, this.#sources.read, (f) => this.#snapshot.files.has(f));
    for (const f of plugin.faults) faults.add(f);
    for (const named of plugin.files) files.add(named);
  }

  #resolve(folder: string, file: string, reference: Reference, faults: Set<SourceFault>): string | undefined {
    const { field, value } = reference;
    if (isRemote(value)) {
      faults.add(
        fault('source.remote_base', file, reference.line, `${field}: ${value} would be fetched over the network`, 'Refer to a path of this repository.'),
      );
      return undefined;
    }
    const odd = /[\s\\]|^-/.test(value);
    if (odd) {
      faults.add(
        fault(
          'source.malformed',
          file,
          reference.line,
          `${field}: ${JSON.stringify(value)} is no path`,
          'Write one path in each item of the list, without spaces.',
        ),
      );
      return undefined;
    }
    const target = resolveReference(folder, value);
    if (target === null) {
      faults.add(fault('source.outside_repository', file, reference.line, `${field}: ${value} leaves the repository`, 'Refer to a path of this repository.'));
      return undefined;
    }
    return target;
  }

  #linkFaults(target: string, file: string, line: () => number): SourceFault[] {
    if (!this.#hasLinks) return [];
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
    const known = this.#parsed.get(id) ?? this.#remembered(file);
    this.#parsed.set(id, known);
    return known;
  }

  #remembered(file: string): Kustomization {
    let parsed: Kustomization | undefined;
    const whole = (): Kustomization => (parsed ??= parseKustomization(file, this.scanOf(file)));
    const kept = recalled(this.#snapshot, 'kustomization', file, () => keptOf(whole()));
    return kept === null ? whole() : restored(kept, whole);
  }
}

const fault = (code: string, file: string, line: number, message: string, solution: string): SourceFault => ({ code, file, line, message, solution });

const tooMuch = (file: string, message: string): SourceFault => fault('source.limit', file, 1, message, 'Include fewer folders.');

const closed = ({ faults, ...rest }: Gathering): Closure => ({ ...rest, faults: [...faults] });

const join = (folder: string, name: string): string => (folder === '.' ? name : `${folder}/${name}`);

const below = (folder: string, target: string): boolean => folder === '.' || target.startsWith(`${folder}/`);

const kustomizationFiles = (snapshot: Snapshot): string[] => [...snapshot.files.keys()].filter(isKustomization);
