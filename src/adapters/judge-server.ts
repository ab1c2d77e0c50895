import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isGateError, messageOf } from '#model/errors.ts';

export interface JudgeServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Answers the body of a question; GateErrors of class usage are the asker's fault. */
  readonly answer: (body: unknown) => Promise<unknown>;
}

export interface JudgeServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const longestBody = 2 ** 20;
/** Each question holds its counters in memory while it is answered. */
const mostAtOnce = 16;

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const refuse = (status: number, error: string): Reply => ({ status, body: { error } });

/**
 * Serves `POST /v1/verdict`, whose body is a question in JSON and whose answer is a verdict, and `GET /healthz`. Status 200 comes with a verdict
 * alone: 400 and 413 refuse the question, 503 asks to come back, 500 is a fault.
 * @throws Error when the port can not be had
 */
export const startJudgeServer = async ({ host, port, answer }: JudgeServerOptions): Promise<JudgeServer> => {
  let open = 0;
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    if (open >= mostAtOnce) return void send(response, refuse(503, `${mostAtOnce} questions are being answered already`));
    open++;
    replyTo(request, answer)
      .then(
        (reply) => send(response, reply),
        () => response.destroy(), // the asker went away within its question
      )
      .finally(() => open--);
  });
  return { port: await listen(server, host, port), close: () => closeServer(server) };
};

const replyTo = async (request: IncomingMessage, answer: JudgeServerOptions['answer']): Promise<Reply> => {
  const [method, path] = [request.method, request.url?.split('?')[0]];
  const text = await readBody(request);
  if (method === 'GET' && path === '/healthz') return { status: 200, body: { status: 'ok' } };
  if (path !== '/v1/verdict') return refuse(404, 'ask POST /v1/verdict');
  if (method !== 'POST') return refuse(405, 'a question is posted');
  if (text === undefined) return refuse(413, `a question may have ${longestBody} bytes at most`);
  try {
    return { status: 200, body: await answer(parseJson(text)) };
  } catch (error) {
    return isGateError(error) && error.fault === 'usage' ? refuse(400, error.message) : refuse(500, messageOf(error));
  }
};

/** What is no JSON is no question either; undefined says so. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Undefined when it is too long; the rest is read all the same, or the asker could not hear the answer. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  let size = 0;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  }
  return size > longestBody ? undefined : Buffer.concat(chunks).toString();
};

const send = (response: ServerResponse, { status, body }: Reply): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(`${JSON.stringify(body)}\n`);
};

const listen = (server: Server, host: string, port: number): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  return promise;
};

const closeServer = (server: Server): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
};
