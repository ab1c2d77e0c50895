import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:net';

/**
 * A forward proxy (RFC 9110, section 9.3.6 for CONNECT) that knows only the fleet's own names: `<host>:<port>` to a loopback port.
 * The controllers run outside a cluster, where nobody resolves prometheus-k8s.monitoring.svc; so the rendered objects stay as they
 * are. Every other name is answered with 502: nothing leaves the machine.
 */
export const createForwardProxy = (routes: ReadonlyMap<string, number>): Server => {
  const server = createServer((incoming, outgoing) => {
    const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : undefined;
    const port = url && routes.get(`${url.hostname}:${url.port || '80'}`);
    if (url === undefined || port === undefined) {
      outgoing.writeHead(502).end(`${incoming.url} is not served by the local control plane\n`);
      return;
    }
    const { 'proxy-connection': _, ...headers } = incoming.headers;
    const onward = request({ host: '127.0.0.1', port, method: incoming.method, path: `${url.pathname}${url.search}`, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', (error) => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end(`${url.host}: ${error.message}\n`);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, client, head) => {
    const port = routes.get(incoming.url ?? '');
    client.on('error', () => client.destroy());
    if (port === undefined) {
      client.end(`HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/plain\r\n\r\n${incoming.url} is not served by the local control plane\n`);
      return;
    }
    const onward = connect({ host: '127.0.0.1', port }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(client);
      client.pipe(onward);
    });
    onward.on('error', () => client.destroy());
  });
  return server;
};
