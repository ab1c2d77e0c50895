import { createServer as createPlain, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { messageOf } from '#model/errors.ts';
import { answerControl } from './control-routes.ts';
import type { PodSource } from './pod.ts';
import { type Asked, jsonReply, type Reply, textReply } from './reply.ts';
import { answerResourceMetrics } from './resource-metrics.ts';
import type { Simulation } from './simulation.ts';

export interface ServerOptions {
  readonly source: PodSource;
  readonly simulation: Simulation;
  /** Ports on 127.0.0.1; 0 lets the system choose. */
  readonly port: number;
  readonly securePort: number;
  /** PEM texts of the secure listener. */
  readonly key: string;
  readonly certificate: string;
}

export interface RunningServer {
  readonly port: number;
  readonly securePort: number;
  readonly close: () => Promise<void>;
}

const longestBody = 2 ** 20;

/** Body as text; undefined when it is longer than anything these listeners take. The rest is read too, or the client could not hear the answer. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  let size = 0;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  }
  return size > longestBody ? undefined : Buffer.concat(chunks).toString();
};

const reply = async (request: IncomingMessage, answer: (asked: Asked) => Reply): Promise<Reply> => {
  const url = URL.parse(`http://localhost${request.url ?? '/'}`);
  if (url === null) return textReply(400, 'the address can not be read');
  const body = await readBody(request);
  if (body === undefined) return textReply(413, `a body may have ${longestBody} bytes at most`);
  try {
    return answer({ method: request.method ?? '', path: url.pathname, query: url.searchParams, body });
  } catch (error) {
    return jsonReply(500, { error: messageOf(error) });
  }
};

const send = (response: ServerResponse, { status, contentType, body }: Reply): void => {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
};

const listenerOf =
  (answer: (asked: Asked) => Reply): RequestListener =>
  (request, response) => {
    reply(request, answer).then(
      (answered) => send(response, answered),
      () => response.destroy(), // the client went away within its request
    );
  };

const listen = (server: Server, port: number): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    server.off('error', reject);
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
};

const closeServer = (server: Server): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
};

/**
 * Opens both listeners on 127.0.0.1: metrics and settings over HTTP, the resource metrics API over HTTPS.
 * @throws Error when a port is taken, or the key and the certificate are not PEM texts that belong together; nothing stays open then.
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { source, simulation } = options;
  const plain = createPlain(listenerOf((asked) => answerControl(asked, source, simulation)));
  const secure = createSecure(
    { key: options.key, cert: options.certificate, minVersion: 'TLSv1.2' },
    listenerOf((asked) => answerResourceMetrics(asked, source, simulation.settings().load)),
  );
  const close = async (): Promise<void> => {
    await Promise.all([closeServer(plain), closeServer(secure)]);
  };
  try {
    const port = await listen(plain, options.port);
    return { port, securePort: await listen(secure, options.securePort), close };
  } catch (error) {
    await close();
    throw error;
  }
};
