import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Environment of the Common Gateway Interface (RFC 3875) that git-http-backend(1) reads. */
const environmentOf = (incoming: IncomingMessage, root: string): Record<string, string> => {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://local.invalid');
  const header = (name: string): string => String(incoming.headers[name] ?? '');
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: searchParams.toString(),
    REQUEST_METHOD: incoming.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    HTTP_GIT_PROTOCOL: header('git-protocol'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: 'local',
  };
};

/** Answers one request with git's own `http-backend`; `root` holds the bare repositories. */
export const answerGit =
  (root: string) =>
  (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const backend = spawn('git', ['http-backend'], { env: environmentOf(incoming, root), stdio: ['pipe', 'pipe', 'inherit'] });
    let head: Buffer | undefined = Buffer.alloc(0);
    backend.on('error', () => outgoing.writeHead(502).end('git could not be started\n'));
    backend.stdin.on('error', () => {}); // the backend may answer before it has read everything
    incoming.pipe(backend.stdin);
    backend.stdout.on('data', (chunk: Buffer) => {
      if (head === undefined) {
        outgoing.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(outgoing, head.subarray(0, end).toString());
      outgoing.write(head.subarray(end + 4));
      head = undefined;
    });
    backend.on('close', () => {
      if (head !== undefined && !outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    });
  };

const writeHead = (outgoing: ServerResponse, head: string): void => {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3));
    else if (name !== '') outgoing.setHeader(name, value);
  }
  outgoing.writeHead(status);
};
