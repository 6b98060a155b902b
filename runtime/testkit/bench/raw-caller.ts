import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';

/**
 * Requests to one socket, written and read as bytes: a client of Node's `http` costs about a millisecond of its own when it has
 * rested, which would be measured as the engine's. Connections are used again, as clients of the Engine API do it.
 */
export class RawCaller {
  readonly #path: string;
  readonly #idle: Socket[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Rejects when the connection fails or the answer is cut. */
  async call(method: string, path: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
    const socket = this.#idle.pop() ?? connect({ path: this.#path, allowHalfOpen: true });
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    const answer = await answerOf(socket, `${method} ${path}`);
    if (answer.keepsOpen) this.#keep(socket);
    else socket.end();
    return { status: answer.status, body: answer.body };
  }

  #keep(socket: Socket): void {
    // One that the engine closes while it waits is not used again, and none keeps the process.
    const leave = (): void => {
      const at = this.#idle.indexOf(socket);
      if (at >= 0) this.#idle.splice(at, 1);
      socket.destroy();
    };
    socket.once('end', leave).once('error', leave);
    socket.unref();
    this.#idle.push(socket);
  }
}

function answerOf(socket: Socket, what: string): Promise<AnswerReader> {
  const reader = new AnswerReader();
  socket.ref();
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.removeAllListeners();
      if (error) socket.destroy();
      else socket.on('error', () => undefined);
      if (error) reject(error);
      else resolve(reader);
    };
    socket.on('data', (chunk: Buffer) => {
      if (reader.take(chunk)) settle();
    });
    socket.on('error', settle);
    socket.on('end', () => settle(reader.end() ? undefined : new Error(`${what}: the answer is not whole`)));
  });
}
