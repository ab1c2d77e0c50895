import { Agent, type RequestOptions, request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { GateError } from '#model/errors.ts';
import type { Manifest } from '#model/ports.ts';

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  // biome-ignore lint/suspicious/noExplicitAny: an object of any kind; its readers know the fields of theirs.
  readonly [field: string]: any;
}

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
}

export interface ApplyOptions {
  /** Judge only: nothing is stored. */
  readonly dryRun?: boolean;
  readonly manager?: string;
}

/** An answer of the API server that is no success. */
export class KubeError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface KubeClientOptions {
  /** Context of the kubeconfig; its current one unless named. */
  readonly context?: string;
  /** How long one whole answer may take, milliseconds. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 60_000;
/** Objects per page of a list: what kubectl takes. */
const pageSize = 500;

/**
 * Talks to one API server: objects of any kind, found by discovery. The published client has no way to ask for strict field
 * validation in a server-side apply, which is what this one is for; its KubeConfig gives address, trust and credentials.
 */
export class KubeClient {
  readonly config = new KubeConfig();
  readonly #agent: Agent;
  readonly #server: URL;
  readonly #groups = new Map<string, Promise<Map<string, Resource>>>();
  readonly #timeoutMs: number;
  #auth: RequestOptions = {};

  constructor(kubeconfig: string, { context, timeoutMs = defaultTimeoutMs }: KubeClientOptions = {}) {
    this.config.loadFromFile(kubeconfig);
    if (context !== undefined) this.config.setCurrentContext(context);
    this.#timeoutMs = timeoutMs;
    const server = this.config.getCurrentCluster()?.server;
    if (server === undefined)
      throw new GateError('GATE_LOCAL_KUBECONFIG', 'usage', `${kubeconfig} names no cluster${context === undefined ? '' : ` in a context ${context}`}`, {
        hint: 'Name a kubeconfig and a context that it has; for the local control plane run `ranfleet local up`.',
      });
    this.#server = new URL(server);
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16 });
  }

  /** One request; the answer is parsed as JSON where it is JSON. @throws KubeError for a status of 400 and above. */
  async call<T = KubeObject>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
    if (this.#auth.headers === undefined) {
      const options: RequestOptions = { headers: {} };
      await this.config.applyToHTTPSOptions(options);
      this.#auth = options;
    }
    return new Promise<T>((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = { ...this.#auth.headers, accept: 'application/json', ...(payload === undefined ? {} : { 'content-type': contentType }) };
      const sent = request({ ...this.#auth, agent: this.#agent, host: this.#server.hostname, port: this.#server.port, path, method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = answer.statusCode ?? 0;
          if (status >= 400) reject(new KubeError(status, messageIn(text)));
          else resolve(parsed(text) as T);
        });
      });
      sent.on('error', reject);
      const late = setTimeout(() => sent.destroy(new Error(`no answer to ${method} ${path} in ${this.#timeoutMs / 1000} s`)), this.#timeoutMs);
      sent.on('close', () => clearTimeout(late));
      sent.end(payload);
    });
  }

  /** Server-side apply with strict field validation. */
  async apply(object: Manifest, { dryRun = false, manager = 'ranfleet-local' }: ApplyOptions = {}): Promise<KubeObject> {
    const query = new URLSearchParams({ fieldManager: manager, force: 'true', fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) });
    const path = await this.pathOf(object as unknown as KubeObject);
    return this.call('PATCH', `${path}?${query}`, object, 'application/apply-patch+yaml');
  }

  /** A JSON merge patch on one object. */
  async patch(object: KubeObject | Identity, patch: unknown, subresource = ''): Promise<KubeObject> {
    return this.call('PATCH', `${await this.pathOf(object)}${subresource}`, patch, 'application/merge-patch+json');
  }

  /** One object, or undefined where there is none. */
  async find(identity: Identity): Promise<KubeObject | undefined> {
    try {
      return await this.call('GET', await this.pathOf(identity));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** All objects of a kind, page by page: the whole list or an error, never a part of it. */
  async list(apiVersion: string, kind: string, namespace?: string, labelSelector?: string): Promise<KubeObject[]> {
    const path = await this.pathOf({ apiVersion, kind, metadata: { name: '', ...(namespace === undefined ? {} : { namespace }) } }, true);
    const found: KubeObject[] = [];
    for (let next = ''; ; ) {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next === '' ? {} : { continue: next }), ...(labelSelector ? { labelSelector } : {}) });
      const { items, metadata } = await this.call<{ items: KubeObject[]; metadata: { continue?: string } }>('GET', `${path}?${query}`);
      for (const item of items) found.push({ ...item, apiVersion, kind });
      next = metadata.continue ?? '';
      if (next === '') return found;
    }
  }

  async delete(identity: Identity): Promise<void> {
    await this.call('DELETE', await this.pathOf(identity));
  }

  /** Forgets what discovery said: after new kinds were installed. */
  forget(): void {
    this.#groups.clear();
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Path of an object, or of its collection. */
  async pathOf({ apiVersion, kind, metadata }: Identity, collection = false): Promise<string> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = await this.#resources(base);
    const resource = resources.get(kind);
    if (resource === undefined) throw new KubeError(404, `the API server knows no kind ${kind} in ${apiVersion}`);
    const scope = resource.namespaced && metadata.namespace !== undefined ? `/namespaces/${metadata.namespace}` : '';
    return `${base}${scope}/${resource.name}${collection ? '' : `/${metadata.name}`}`;
  }

  #resources(base: string): Promise<Map<string, Resource>> {
    const known = this.#groups.get(base);
    if (known) return known;
    const found = this.call<{ resources: { name: string; kind: string; namespaced: boolean }[] }>('GET', base).then(
      ({ resources }) => new Map(resources.filter(({ name }) => !name.includes('/')).map((r) => [r.kind, r])),
    );
    this.#groups.set(base, found);
    found.catch(() => this.#groups.delete(base));
    return found;
  }
}

export type Identity = Pick<KubeObject, 'apiVersion' | 'kind'> & { readonly metadata: { readonly name: string; readonly namespace?: string } };

/** What is no JSON stays text, and its readers find nothing in it. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const messageIn = (text: string): string => {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim();
  }
};
