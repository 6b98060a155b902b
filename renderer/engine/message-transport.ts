import type {
  ClientMessage,
  INITIAL_CREDIT,
  RequestName,
  RequestParams,
  RequestResults,
  ServerMessage,
  StreamName,
  StreamParams,
} from '../../electron/ipc/contract.ts';
import { ClientStream } from './client-stream.ts';
import { type OpenStream, RequestError, type StreamHandlers, type Transport } from './transport.ts';

/** Typed by the contract's own value, which a page may not import. */
const credit: typeof INITIAL_CREDIT = 32;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RequestError) => void;
}

/**
 * The protocol of the contract over any message carrier. Calls made while no carrier is attached wait for one;
 * when a carrier is lost, what was sent over it fails and is not repeated, as it may have been done.
 */
export class MessageTransport implements Transport {
  #send: ((message: ClientMessage) => void) | null = null;
  #refused: RequestError | null = null;
  #nextId = 1;
  readonly #waiting: ClientMessage[] = [];
  readonly #requests = new Map<number, Pending>();
  readonly #streams = new Map<number, ClientStream<StreamName>>();

  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResults[N]> {
    if (this.#refused) return Promise.reject(this.#refused);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#post({ type: 'request', id, name, params });
    });
  }

  open<N extends StreamName>(name: N, params: StreamParams<N>, handlers: StreamHandlers<N>): OpenStream<N> {
    const id = this.#nextId++;
    const stream = new ClientStream<N>(credit, handlers, {
      data: (value) => this.#post({ type: 'data', id, value }),
      credit: (count) => this.#post({ type: 'credit', id, count }),
      close: () => {
        this.#streams.delete(id);
        this.#post({ type: 'close', id });
      },
    });
    if (this.#refused) {
      const error = this.#refused;
      queueMicrotask(() => stream.end(error));
      return stream;
    }
    this.#streams.set(id, stream);
    this.#post({ type: 'open', id, name, params });
    return stream;
  }

  /** Messages go out by `send` from now on, those that waited first. */
  attach(send: (message: ClientMessage) => void): void {
    this.#send = send;
    for (const message of this.#waiting.splice(0)) send(message);
  }

  /** The carrier is lost: everything under way fails with `error`. */
  detach(error: RequestError): void {
    this.#send = null;
    this.#waiting.length = 0;
    const requests = [...this.#requests.values()];
    const streams = [...this.#streams.values()];
    this.#requests.clear();
    this.#streams.clear();
    for (const request of requests) request.reject(error);
    for (const stream of streams) stream.end(error);
  }

  /** There will be no carrier: like `detach`, and every later call fails with `error` too. */
  refuse(error: RequestError): void {
    this.#refused = error;
    this.detach(error);
  }

  receive(message: ServerMessage): void {
    const { id } = message;
    switch (message.type) {
      case 'result':
        this.#requests.get(id)?.resolve(message.value);
        this.#requests.delete(id);
        return;
      case 'failure':
        this.#requests.get(id)?.reject(new RequestError(message.failure.message, message.failure.status));
        this.#requests.delete(id);
        return;
      case 'data':
        return this.#streams.get(id)?.accept(message.value as never);
      case 'credit':
        return this.#streams.get(id)?.addCredit(message.count);
      case 'close': {
        const stream = this.#streams.get(id);
        this.#streams.delete(id);
        return stream?.end(message.failure && new RequestError(message.failure.message, message.failure.status));
      }
    }
  }

  #post(message: ClientMessage): void {
    if (this.#send) this.#send(message);
    else this.#waiting.push(message);
  }
}
