import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request: it is answered otherwise, or its answer is cut or changed. Null: nothing. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection breaks after so many bytes of the answer's body. */
  readonly cutAfter?: number;
  /** Turned over in the answer's body, at this offset. */
  readonly corruptAt?: number;
  /** No more bytes of the answer's body come, and no end: whoever asked waits until they give up. */
  readonly holdAfter?: number;
  /** The answer's body waits for it. */
  readonly until?: Promise<void>;
  /** Milliseconds before each piece of the answer, and of what is sent. */
  readonly slow?: number;
  /** The connection breaks after so many bytes of what is sent have reached the target. */
  readonly cutSentAfter?: number;
  /** The target gets all, and nobody hears what it says. */
  readonly dropAnswer?: boolean;
}

/** A registry seen through a bad line. */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  /** `METHOD path`, with the range asked for. */
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Answers that are held back. */
  held = 0;
  host = '';

  private constructor(target: string, faultOf: (method: string, path: string, seen: number) => Fault | null) {
    const seen = new Map<string, number>();
    this.#server = createServer((incoming, answer) => {
      const key = `${incoming.method} ${incoming.url?.split('?')[0]}`;
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      const { range } = incoming.headers;
      this.requests.push(range === undefined ? key : `${key} ${range}`);
      this.headers.push(incoming.headers);
      const onHold = (): void => void this.held++;
      forward(target, incoming, answer, faultOf(incoming.method ?? '', incoming.url ?? '', count), onHold);
    });
  }

  /** `faultOf` gets the number of earlier requests of the same method and path. */
  static async start(target: string, faultOf: (method: string, path: string, seen: number) => Fault | null): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, faultOf);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.host = `127.0.0.1:${(proxy.#server.address() as AddressInfo).port}`;
    return proxy;
  }

  /** Breaks every connection that is open. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function forward(target: string, incoming: IncomingMessage, answer: ServerResponse, fault: Fault | null, onHold: () => void): void {
  if (fault?.status !== undefined) {
    answer.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  const [host, port] = target.split(':');
  const outgoing = request({ host, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (response) => {
    if (fault?.dropAnswer) return void response.resume().once('end', () => answer.destroy());
    answer.writeHead(response.statusCode ?? 502, { ...response.headers, ...fault?.headers });
    void (fault?.until ?? Promise.resolve()).then(() => relay(response, answer, fault, onHold));
  });
  outgoing.on('error', () => answer.destroy());
  if (fault?.cutSentAfter === undefined && fault?.slow === undefined) incoming.pipe(outgoing);
  else void relaySent(incoming, outgoing, fault);
}

async function relaySent(from: IncomingMessage, to: ClientRequest, { cutSentAfter = Number.POSITIVE_INFINITY, slow }: Fault): Promise<void> {
  let left = cutSentAfter;
  try {
    for await (const piece of from as AsyncIterable<Buffer>) {
      if (slow !== undefined) await new Promise((resolve) => setTimeout(resolve, slow));
      const part = piece.subarray(0, left);
      left -= part.length;
      await new Promise((resolve) => to.write(part, resolve));
      if (left > 0) continue;
      to.destroy();
      from.destroy();
      return;
    }
    to.end();
  } catch {
    to.destroy();
  }
}

async function relay(from: IncomingMessage, to: ServerResponse, fault: Fault | null, onHold: () => void): Promise<void> {
  let sent = 0;
  for await (const piece of from as AsyncIterable<Buffer>) {
    const chunk = Buffer.from(piece);
    const at = (fault?.corruptAt ?? -1) - sent;
    if (at >= 0 && at < chunk.length) chunk[at] = (chunk[at] ?? 0) ^ 0xff;
    if (fault?.slow !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.slow));
    if (sent + chunk.length > (fault?.holdAfter ?? Number.POSITIVE_INFINITY)) return onHold();
    const left = (fault?.cutAfter ?? Number.POSITIVE_INFINITY) - sent;
    if (chunk.length > left) {
      to.write(chunk.subarray(0, left), () => to.destroy());
      return;
    }
    sent += chunk.length;
    to.write(chunk);
  }
  to.end();
}
