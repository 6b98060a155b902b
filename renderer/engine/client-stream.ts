import type { StreamInputs, StreamName, StreamOutputs } from '../../electron/ipc/contract.ts';
import { type OpenStream, RequestError, type StreamHandlers } from './transport.ts';

interface StreamWire {
  data(value: unknown): void;
  credit(count: number): void;
  close(): void;
}

/** The page's side of one stream: sends wait for the server's credit, the server gets credit back as its messages are used. */
export class ClientStream<N extends StreamName> implements OpenStream<N> {
  readonly #handlers: StreamHandlers<N>;
  readonly #wire: StreamWire;
  readonly #batch: number;
  #credit: number;
  #used = 0;
  #closed = false;
  readonly #senders: { readonly value: StreamInputs[N]; readonly turn: PromiseWithResolvers<void> }[] = [];

  constructor(credit: number, handlers: StreamHandlers<N>, wire: StreamWire) {
    this.#handlers = handlers;
    this.#wire = wire;
    this.#credit = credit;
    this.#batch = credit / 4;
  }

  send(value: StreamInputs[N]): Promise<void> {
    const turn = Promise.withResolvers<void>();
    // A key typed into a terminal that has just ended is nobody's error; who awaits the promise still sees it.
    turn.promise.catch(() => undefined);
    if (this.#closed) turn.reject(new RequestError('the stream is closed', 0));
    else {
      this.#senders.push({ value, turn });
      this.#flush();
    }
    return turn.promise;
  }

  close(): void {
    if (this.#closed) return;
    this.#stop();
    this.#wire.close();
  }

  addCredit(count: number): void {
    this.#credit += count;
    this.#flush();
  }

  accept(value: StreamOutputs[N]): void {
    if (this.#closed) return;
    const work = this.#handlers.onData(value);
    if (work) void work.finally(() => this.#consumed()).catch((error: unknown) => reportError(error));
    else this.#consumed();
  }

  /** The server or the carrier ended it. */
  end(error: RequestError | null): void {
    if (this.#closed) return;
    this.#stop();
    this.#handlers.onClose(error);
  }

  #consumed(): void {
    if (this.#closed || ++this.#used < this.#batch) return;
    this.#wire.credit(this.#used);
    this.#used = 0;
  }

  #flush(): void {
    while (this.#credit > 0) {
      const sender = this.#senders.shift();
      if (!sender) return;
      this.#credit--;
      this.#wire.data(sender.value);
      sender.turn.resolve();
    }
  }

  #stop(): void {
    this.#closed = true;
    for (const { turn } of this.#senders.splice(0)) turn.reject(new RequestError('the stream is closed', 0));
  }
}
