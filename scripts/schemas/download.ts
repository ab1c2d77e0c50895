import { spawn } from 'node:child_process';

/** One line of tools/schemas/modules.json. */
export interface SchemaModule {
  readonly module: string;
  readonly version: string;
  /** `h1:` sum of the module, as go.sum has it. */
  readonly sum: string;
  /** Folder of Kubernetes' own OpenAPI. */
  readonly openapi?: string;
  /** Files, and folders that end in `/`, with CRDs. */
  readonly crds?: readonly string[];
}

interface Downloaded {
  readonly Path: string;
  readonly Version: string;
  readonly Error?: string;
  readonly Sum?: string;
  readonly Zip?: string;
}

/**
 * Paths of the modules' zip archives in the module cache, fetched by Go where they are missing, each with the pinned sum.
 * A module that needs a newer Go than this one can not be built, but its archive is there, and nothing here is built.
 */
export const downloadModules = async (modules: readonly SchemaModule[], directory: string): Promise<readonly string[]> => {
  const names = modules.map(({ module, version }) => `${module}@${version}`);
  const lines = await goOutput(['mod', 'download', '-json', ...names], directory);
  const found = lines.split(/^(?=\{)/m).flatMap((text) => (text.trim() === '' ? [] : [JSON.parse(text) as Downloaded]));
  return modules.map(({ module, version, sum }) => {
    const got = found.find((d) => d.Path === module && d.Version === version);
    if (got?.Zip === undefined) throw new Error(`${module}@${version} could not be fetched: ${got?.Error ?? 'go said nothing about it'}`);
    if (got.Sum !== sum) throw new Error(`${module}@${version} has the sum ${got.Sum}, and tools/schemas/modules.json pins ${sum}`);
    return got.Zip;
  });
};

/** What go printed, whatever its exit code: the answer for each module says more. */
const goOutput = (args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, GOWORK: 'off' } });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => reject(new Error(`Go is not installed, and it fetches the schemas: ${error.message}`)));
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
