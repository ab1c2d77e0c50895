import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;
export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

export interface Operation {
  readonly method: Method;
  /** As the description names it: `/repos/{owner}/{repo}/check-runs`. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const repository = path.resolve(import.meta.dirname, '../../..');
const id = 'https://github.test/api.json';

/** OpenAPI 3.0 says `nullable`; a JSON Schema needs a type beside it, which some parts of the description leave out. */
const asJsonSchema = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asJsonSchema(inner)]));
  if (nullable !== true) return nullable === undefined || typeof nullable === 'boolean' ? rest : { ...rest, nullable };
  return { anyOf: [{ type: 'null' }, rest] };
};

const keyOf = (): string =>
  createHash('sha256')
    .update(readFileSync(path.join(repository, 'tools/github/package-lock.json')))
    .digest('hex')
    .slice(0, 16);

/** GitHub's own OpenAPI description: what a request may hold, and what an answer must. */
export class GitHubContract {
  readonly #document: Json;
  readonly #ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    const file = path.join(repository, '.tools/github', keyOf(), 'api.json');
    this.#document = asJsonSchema(JSON.parse(readFileSync(file, 'utf8'))) as Json;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: id, ...this.#document });
  }

  /** The operation behind a request, or undefined when GitHub has none. */
  operation(method: Method, pathname: string): Operation | undefined {
    const wanted = pathname.split('/');
    for (const template of Object.keys(this.#document['paths'] as Json)) {
      const parts = template.split('/');
      if (parts.length !== wanted.length || this.#at('paths', template, method) === undefined) continue;
      if (!parts.every((part, i) => part.startsWith('{') || part === wanted[i])) continue;
      const named = parts.flatMap((part, i) => (part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(wanted[i] ?? '')]] : []));
      return { method, template, parameters: Object.fromEntries(named) };
    }
    return undefined;
  }

  /** What is wrong with the query and body of a request; empty when nothing is. */
  requestProblems({ method, template }: Operation, query: URLSearchParams, body: unknown): string[] {
    const known = new Set((this.#at('paths', template, method, 'parameters') as Json[] | undefined)?.map((p) => String(this.#resolve(p)['name'])));
    const unknown = [...query.keys()].filter((name) => !known.has(name)).map((name) => `query parameter ${name} does not exist`);
    const schema = ['paths', template, method, 'requestBody', 'content', 'application/json', 'schema'];
    if (this.#at(...schema) === undefined) return body === undefined ? unknown : [...unknown, 'no body is expected'];
    return [...unknown, ...this.#unknownFields(schema, body), ...this.#problems(schema, body)];
  }

  responseProblems({ method, template }: Operation, status: number, body: unknown): string[] {
    const answer = ['paths', template, method, 'responses', String(status)];
    if (this.#at(...answer) === undefined) return [`no answer ${status} is described`];
    const schema = [...answer, 'content', 'application/json', 'schema'];
    if (this.#at(...schema) !== undefined) return this.#problems(schema, body);
    return body === undefined ? [] : [`answer ${status} has no content`];
  }

  /** The smallest answer that the description allows, to be filled with what matters. */
  sample({ method, template }: Operation, status: number): unknown {
    const schema = this.#resolve(this.#at('paths', template, method, 'responses', String(status), 'content', 'application/json', 'schema') as Json);
    const filled = (schema['anyOf'] as Json[] | undefined)?.find((choice) => choice['type'] !== 'null');
    return this.#sampleOf(filled ?? schema);
  }

  sampleItem(operation: Operation): unknown {
    const schema = this.#at('paths', operation.template, operation.method, 'responses', '200', 'content', 'application/json', 'schema') as Json;
    return this.#sampleOf(this.#resolve(schema)['items'] as Json);
  }

  /** One sample in a list that stands in an answer beside its count. */
  sampleList({ method, template }: Operation, field: string): unknown[] {
    const schema = this.#resolve(this.#at('paths', template, method, 'responses', '200', 'content', 'application/json', 'schema') as Json);
    return [this.#sampleOf(this.#resolve((schema['properties'] as Record<string, Json>)[field] ?? {})['items'] as Json)];
  }

  #at(...keys: string[]): unknown {
    let value: unknown = this.#document;
    for (const key of keys) value = (value as Json | undefined)?.[key];
    return value;
  }

  #resolve(schema: Json): Json {
    const reference = schema['$ref'];
    return typeof reference === 'string' ? this.#resolve(this.#at(...reference.slice(2).split('/')) as Json) : schema;
  }

  #problems(keys: readonly string[], value: unknown): string[] {
    const pointer = `${id}#/${keys.map((k) => encodeURIComponent(k.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const check = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: pointer });
    this.#compiled.set(pointer, check);
    return check(value) ? [] : (check.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message ?? ''}`);
  }

  /** The description leaves objects open, GitHub ignores what it does not know: a misspelt field would pass unseen. */
  #unknownFields(keys: readonly string[], value: unknown): string[] {
    const schema = this.#resolve(this.#at(...keys) as Json);
    const fields = schema['properties'] as Json | undefined;
    if (fields === undefined || typeof value !== 'object' || value === null) return [];
    return Object.keys(value).flatMap((name) => (name in fields ? [] : [`/${name} does not exist`]));
  }

  #sampleOf(given: Json): unknown {
    const schema = this.#resolve(given);
    const choices = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
    if (choices) return this.#sampleOf(choices.find((choice) => choice['type'] !== 'null') ?? {});
    if (schema['allOf']) return Object.assign({}, ...(schema['allOf'] as Json[]).map((part) => this.#sampleOf(part)));
    if (schema['enum']) return (schema['enum'] as unknown[])[0];
    switch (schema['type']) {
      case 'object': {
        const fields = (schema['properties'] ?? {}) as Record<string, Json>;
        return Object.fromEntries(((schema['required'] ?? []) as string[]).map((name) => [name, this.#sampleOf(fields[name] ?? {})]));
      }
      case 'array':
        return [];
      case 'boolean':
        return false;
      case 'integer':
      case 'number':
        return 1;
      case 'string':
        return { 'date-time': '2026-01-01T00:00:00Z', uri: 'https://github.test/', email: 'a@github.test' }[String(schema['format'])] ?? 'text';
      default:
        return null;
    }
  }
}
