import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

export const send = (response: ServerResponse, status: number, content: unknown, headers: Readonly<Record<string, string>> = {}): void => {
  const type = content === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers }).end(content === undefined ? undefined : JSON.stringify(content));
};

/** Says how much there is and ends in the middle of it. */
export const cutShort = (response: ServerResponse, content: unknown): void => {
  const text = JSON.stringify(content);
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(text)) });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
};

/** The header of an answer by which it can be asked for again. */
export const etagOf = (answer: unknown): { readonly etag: string } => ({
  etag: `"${createHash('sha1').update(JSON.stringify(answer)).digest('hex')}"`,
});
