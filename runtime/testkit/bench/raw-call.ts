import { connect } from 'node:net';

/**
 * One request on a connection of its own, written and read as bytes: a client of Node's `http` costs about a millisecond of
 * its own when it has rested, which would be measured as the engine's. Rejects when the connection fails or the answer is cut.
 */
export function rawCall(socketPath: string, method: string, path: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly body: string }>();
  const chunks: Buffer[] = [];
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  socket.on('error', reject);
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('end', () => {
    socket.end();
    const answer = Buffer.concat(chunks);
    const head = answer.indexOf('\r\n\r\n');
    if (head < 0) return reject(new Error(`${method} ${path}: the answer has no end of its head`));
    const headers = answer.toString('latin1', 0, head);
    const content = answer.subarray(head + 4);
    resolve({
      status: Number(headers.slice(9, 12)),
      body: /^transfer-encoding: *chunked/im.test(headers) ? unchunked(content) : content.toString(),
    });
  });
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return promise;
}

/** The body of a chunked answer (RFC 9112 section 7.1), without trailers. */
function unchunked(content: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const line = content.indexOf('\r\n', at);
    const size = Number.parseInt(content.toString('latin1', at, line), 16);
    if (!(size > 0)) break;
    parts.push(content.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
  }
  return Buffer.concat(parts).toString();
}
