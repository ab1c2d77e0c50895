import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { schemasKey } from '#adapters/schemas.ts';
import { spawnLimited } from '#adapters/spawn-limited.ts';
import { toolPath } from '#adapters/tools.ts';
import { policyData } from '#cli/gate.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import type { Root } from '#model/policy.ts';
import { isFields } from '#util/manifest.ts';
import { repository } from '../support/policy-cases.ts';

const limits = { timeoutMs: 300_000, memoryBytes: 4 * 2 ** 30, outputBytes: 256 * 2 ** 20 };

/**
 * The pipeline that a user would otherwise build: kustomize build, kubeconform in strict mode, conftest with this repository's own
 * rules. It looks at rendered objects only: no base, no closure, no blame, no rules about the change as a whole.
 */
export class PeerPipeline {
  readonly #work: string;
  readonly #fleet: string;
  readonly #data: ReturnType<typeof policyData>;

  /** @param work folder for schemas, data and renders  @param fleet folder of the repository that is judged */
  constructor(work: string, fleet: string) {
    this.#work = work;
    this.#fleet = fleet;
    this.#data = policyData(readFleet(worktreeSnapshot(fleet)), new Date().toISOString().slice(0, 10));
    mkdirSync(path.join(work, 'schemas'), { recursive: true });
    writeClosedSchemas(path.join(work, 'schemas'));
  }

  /** Seconds for all roots, two at a time as the gate does it, and how many conftest found faults in. */
  async run(roots: readonly Root[]): Promise<{ seconds: number; denied: number }> {
    const started = performance.now();
    let denied = 0;
    const queue = [...roots.entries()];
    const lane = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) if (!(await this.#judge(next[1], next[0]))) denied++;
    };
    await Promise.all([lane(), lane()]);
    return { seconds: (performance.now() - started) / 1000, denied };
  }

  async #judge(root: Root, at: number): Promise<boolean> {
    const manifests = path.join(this.#work, `${at}.yaml`);
    const data = path.join(this.#work, `${at}.data.json`);
    const built = await this.#start('kustomize', ['build', root.path]);
    if (built.status !== 0) throw new Error(`kustomize build ${root.path}: ${built.stderr}`);
    writeFileSync(manifests, built.stdout);
    writeFileSync(data, JSON.stringify({ ...this.#data, root }));
    const location = path.join(this.#work, 'schemas', '{{ .Group }}_{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json');
    const schemas = await this.#start('kubeconform', ['-strict', '-schema-location', location, manifests]);
    if (schemas.status !== 0) throw new Error(`kubeconform ${root.path}: ${schemas.stdout}${schemas.stderr}`);
    const policies = ['--policy', path.join(this.#fleet, 'policies'), '--policy', path.join(repository, 'test', 'bench', 'peer')];
    const judged = await this.#start('conftest', ['test', '--combine', '--namespace', 'peer', ...policies, '--data', data, '--output', 'json', manifests]);
    if (judged.status === 0) return true;
    if (/"failures"/.test(judged.stdout)) return false;
    throw new Error(`conftest ${root.path}: ${judged.stdout}${judged.stderr}`);
  }

  #start(tool: 'kustomize' | 'kubeconform' | 'conftest', args: readonly string[]) {
    return spawnLimited(toolPath(repository, tool === 'kustomize' ? 'gate' : 'bench', tool), args, { cwd: this.#fleet, env: { HOME: this.#work }, limits });
  }
}

/** kubeconform reads one closed JSON schema for each kind: references written out, unknown fields refused as `-strict` of its usual source has it. */
const writeClosedSchemas = (directory: string): void => {
  const source = path.join(repository, '.tools', 'schemas', schemasKey(repository));
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(source, file), 'utf8'));
  const { kubernetes, platform } = read('index.json') as {
    kubernetes: Record<string, { kinds: Record<string, string> }>;
    platform: Record<string, { file: string }>;
  };
  const newest = readdirSync(path.join(source, 'kubernetes')).sort().at(-1) ?? '';
  const write = (name: string, schema: unknown): void => {
    const [apiVersion = '', kind = ''] = name.split(' ');
    const [group, version = group] = apiVersion.split('/'); // kubeconform names the core group by its version
    writeFileSync(path.join(directory, `${group}_${kind.toLowerCase()}_${version}.json`), JSON.stringify(schema));
  };
  const definition = (name: string): unknown => read(`kubernetes/${newest}/${name}.json`);
  for (const [name, { file }] of Object.entries(platform)) write(name, closed(withObjectFields(read(file)), definition, []));
  for (const [name, reference] of Object.entries(kubernetes[newest]?.kinds ?? {})) write(name, closed({ $ref: reference }, definition, []));
};

/** What every object has, although some CRDs do not say so. */
const withObjectFields = (schema: unknown): unknown =>
  isFields(schema)
    ? { ...schema, properties: { apiVersion: {}, kind: {}, metadata: {}, ...(isFields(schema['properties']) ? schema['properties'] : {}) } }
    : schema;

const closed = (schema: unknown, definition: (name: string) => unknown, inside: readonly string[]): unknown => {
  if (Array.isArray(schema)) return schema.map((s) => closed(s, definition, inside));
  if (!isFields(schema)) return schema;
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return inside.includes(name) ? {} : closed(definition(name), definition, [...inside, name]); // a kind that holds itself stays open there
  }
  if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string') return { type: ['integer', 'string'] };
  const inner = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !['default', 'description', 'example', 'x-kubernetes-validations'].includes(key))
      .map(([key, value]) => [
        key,
        key === 'properties' && isFields(value)
          ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, closed(v, definition, inside)]))
          : ['items', 'additionalProperties', 'allOf', 'anyOf', 'oneOf', 'not'].includes(key)
            ? closed(value, definition, inside)
            : value,
      ]),
  );
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema || !isFields(schema['properties']);
  return isOpen ? inner : { ...inner, additionalProperties: false };
};
