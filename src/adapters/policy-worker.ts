import { parentPort, workerData } from 'node:worker_threads';
import { loadPolicy } from '@open-policy-agent/opa-wasm';

interface Request {
  readonly id: number;
  readonly input: unknown;
}

interface Setup {
  readonly wasm: Uint8Array;
  readonly data: unknown;
  readonly memoryPages: number;
}

type Policy = Awaited<ReturnType<typeof loadPolicy>>;

/** The package's memory only grows (npm-opa-wasm issues 89 and 143), so an instance is replaced after this many inputs. */
const inputsPerInstance = 200;

const supportedAbi = { version: 1, minors: [2, 3] } as const;

/**
 * Names of the functions that the module expects its host to supply. The package supplies six and notices a missing
 * one only when a rule calls it, and its sprintf throws on ordinary data: so a bundle may need none at all.
 */
const hostBuiltins = async (compiled: WebAssembly.Module): Promise<string[]> => {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const refuse = (): never => {
    throw new Error('called while loading');
  };
  const env: Record<string, WebAssembly.ImportValue> = { memory, opa_abort: refuse, opa_println: refuse };
  for (let n = 0; n <= 4; n++) env[`opa_builtin${n}`] = refuse;
  const instance = await WebAssembly.instantiate(compiled, { env });
  const exported = instance.exports as Record<string, unknown>;
  const call = (name: string, ...args: number[]): number => (exported[name] as (...args: number[]) => number)(...args);
  const abi = (exported['opa_wasm_abi_version'] as WebAssembly.Global).value as number;
  const minor = (exported['opa_wasm_abi_minor_version'] as WebAssembly.Global).value as number;
  if (abi !== supportedAbi.version || !supportedAbi.minors.some((m) => m === minor)) throw new Error(`the bundle has ABI ${abi}.${minor}, not 1.2 or 1.3`);
  const bytes = new Uint8Array(memory.buffer);
  const address = call('opa_json_dump', call('builtins'));
  return Object.keys(JSON.parse(Buffer.from(bytes.subarray(address, bytes.indexOf(0, address))).toString()) as object);
};

const start = async ({ wasm, data, memoryPages }: Setup): Promise<(input: unknown) => Promise<unknown>> => {
  const compiled = await WebAssembly.compile(wasm as BufferSource);
  const needed = await hostBuiltins(compiled);
  if (needed.length > 0) throw new Error(`the bundle needs ${needed.join(', ')}, which this host does not supply`);
  const encoded = Buffer.from(JSON.stringify(data));
  const dataBytes = encoded.buffer.slice(encoded.byteOffset, encoded.byteOffset + encoded.byteLength) as ArrayBuffer;
  const load = async (): Promise<Policy> => {
    const fresh = await loadPolicy(compiled, { initial: 8, maximum: memoryPages });
    fresh.setData(dataBytes);
    return fresh;
  };
  let policy: Policy | undefined = await load();
  let used = 0;
  return async (input) => {
    if (!policy || used >= inputsPerInstance) {
      policy = await load();
      used = 0;
    }
    used++;
    try {
      return policy.evaluate(input as object) as unknown;
    } catch (error) {
      policy = undefined; // after an abort nobody knows what its memory holds
      throw error;
    }
  };
};

/** The package throws strings and plain objects as well as errors. */
const describe = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : JSON.stringify(thrown));

const port = parentPort;
if (port) {
  const evaluate = start(workerData as Setup);
  evaluate.then(
    () => port.postMessage({ ready: true }),
    (error: unknown) => port.postMessage({ ready: false, error: describe(error) }),
  );
  port.on('message', ({ id, input }: Request) => {
    evaluate
      .then((run) => run(input))
      .then(
        (result) => port.postMessage({ id, result }),
        (error: unknown) => port.postMessage({ id, error: describe(error) }),
      );
  });
}
