import { once } from 'node:events';
import type { Socket } from 'node:net';
import { EngineError } from '../base/errors.ts';
import type { RequestContext } from './context.ts';

/** An empty chunked body, which some clients send before their first raw byte. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

async function readMore(socket: Socket, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk) return chunk;
    if (socket.readableEnded || socket.destroyed) throw new EngineError('Canceled', 'the client went away within the request body');
    await Promise.race([once(socket, 'readable', { signal }), once(socket, 'end', { signal }), once(socket, 'close', { signal })]);
  }
}

/** The first chunk of a chunked body that is one small JSON object, and where the body ends; null when it is not all there yet. */
function decodeChunked(bytes: Buffer): { readonly body: Buffer; readonly end: number } | null {
  const pieces: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', position);
    if (lineEnd < 0) return null;
    const text = bytes.toString('latin1', position, lineEnd).split(';', 1)[0]?.trim() ?? '';
    if (!/^[0-9a-fA-F]{1,8}$/.test(text)) throw new EngineError('InvalidArgument', 'malformed chunked encoding');
    const size = Number.parseInt(text, 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return { body: Buffer.concat(pieces), end: next };
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = next;
  }
}

/**
 * The body of a request that also asks for an upgrade: Node hands such a connection over right after the head. What
 * follows the body is put back on the socket: it is the client's first raw input.
 */
export async function readUpgradeBody(context: RequestContext, limit: number): Promise<Buffer> {
  if (!context.upgrade) throw new Error('not an upgrade');
  const { socket } = context.upgrade;
  let bytes = Buffer.from(context.upgrade.head);
  const finish = (body: Buffer, end: number): Buffer => {
    const rest = bytes.subarray(end);
    if (rest.length > 0) socket.unshift(rest);
    return body;
  };
  const chunked = context.request.headers['transfer-encoding']?.toLowerCase().includes('chunked') === true;
  const length = Number(context.request.headers['content-length'] ?? 0);
  for (;;) {
    if (chunked) {
      const decoded = decodeChunked(bytes);
      if (decoded) return finish(decoded.body, decoded.end);
    } else if (bytes.length >= length) {
      return finish(bytes.subarray(0, length), length);
    }
    if (bytes.length > limit + 65_536) throw new EngineError('TooLarge', `request body too large: the limit is ${limit} bytes`);
    bytes = Buffer.concat([bytes, await readMore(socket, context.signal)]);
  }
}

/** Puts back what came with the head of a request without a body, less the end of an empty chunked body. */
export function restoreHead(context: RequestContext): void {
  if (!context.upgrade) return;
  const { socket, head } = context.upgrade;
  const bytes = Buffer.from(head);
  const rest = bytes.subarray(0, LAST_CHUNK.length).equals(LAST_CHUNK) ? bytes.subarray(LAST_CHUNK.length) : bytes;
  if (rest.length > 0) socket.unshift(rest);
}
