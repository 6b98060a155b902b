import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How long is waited for what comes by itself: others may have the processors. */
const PATIENCE_MS = 20_000;

/** A connection that speaks raw bytes after its head, as the docker CLI has it. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #waiting: () => void = () => undefined;

  constructor(path: string, head: string, body = '') {
    this.socket = connect({ path, allowHalfOpen: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#waiting();
    });
    this.socket.on('close', () => this.#waiting());
    this.socket.write(`${head.trimEnd().replaceAll('\n', '\r\n')}\r\n\r\n${body}`);
  }

  get received(): Buffer {
    return this.#received;
  }

  /** Everything after the answer's head. */
  get body(): Buffer {
    const end = this.#received.indexOf('\r\n\r\n');
    return end < 0 ? Buffer.alloc(0) : this.#received.subarray(end + 4);
  }

  get head(): string {
    const end = this.#received.indexOf('\r\n\r\n');
    return this.#received.subarray(0, end < 0 ? 0 : end).toString();
  }

  /** Resolves once the condition holds; throws when the connection closes before, or after twenty seconds. */
  async until(condition: (client: RawClient) => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    deadline.addEventListener('abort', () => this.#waiting());
    while (!condition(this)) {
      if (this.socket.closed || deadline.aborted)
        throw new Error(`not what was waited for: ${JSON.stringify(this.#received.toString('latin1').slice(0, 2000))}`);
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  async untilClosed(): Promise<void> {
    if (!this.socket.readableEnded && !this.socket.closed) await Promise.race([once(this.socket, 'end'), once(this.socket, 'close')]);
  }
}

/** Resolves once the condition holds, looking every few milliseconds; throws after twenty seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still not so after twenty seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
