import type { StreamContext } from './backend.ts';
import { INITIAL_CREDIT, type StreamInputs, type StreamName, type StreamOutputs } from './contract.ts';
import { ShellError } from './failure.ts';

/** Credit goes back in batches of this many, so that a busy stream does not answer every message with another. */
const CREDIT_BATCH = INITIAL_CREDIT / 4;

interface StreamWire {
  data(value: unknown): void;
  credit(count: number): void;
}

/** Credit-counted stream: sends wait for the page's credit, and the page gets credit back as its messages are used. */
export class ServerStream<N extends StreamName> implements StreamContext<N> {
  readonly #wire: StreamWire;
  readonly #abort = new AbortController();
  #credit = INITIAL_CREDIT;
  readonly #senders: PromiseWithResolvers<void>[] = [];
  readonly #inbox: StreamInputs[N][] = [];
  #granted = INITIAL_CREDIT;
  #used = 0;
  #arrived: PromiseWithResolvers<void> | null = null;

  constructor(wire: StreamWire) {
    this.#wire = wire;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async send(value: StreamOutputs[N]): Promise<void> {
    this.#throwIfClosed();
    if (this.#credit === 0 || this.#senders.length > 0) {
      const turn = Promise.withResolvers<void>();
      this.#senders.push(turn);
      await turn.promise;
      this.#throwIfClosed();
    } else this.#credit--;
    this.#wire.data(value);
  }

  get inputs(): AsyncIterable<StreamInputs[N]> {
    return this.#receive();
  }

  /** The page's credit for more data. */
  addCredit(count: number): void {
    this.#credit += count;
    while (this.#credit > 0) {
      const sender = this.#senders.shift();
      if (!sender) return;
      this.#credit--;
      sender.resolve();
    }
  }

  /** A message of the page. @throws ShellError when the page sent more than it had credit for. */
  accept(value: StreamInputs[N]): void {
    if (this.#granted === 0) throw new ShellError('more data than there was credit for', 400);
    this.#granted--;
    this.#inbox.push(value);
    this.#arrived?.resolve();
  }

  /** Ends the stream and the work behind it. Idempotent. */
  close(why = new ShellError('the stream was closed')): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(why);
    for (const sender of this.#senders.splice(0)) sender.resolve();
    this.#arrived?.resolve();
  }

  /** What the page sent before it closed the stream is still used. */
  async *#receive(): AsyncGenerator<StreamInputs[N]> {
    for (;;) {
      if (this.#inbox.length === 0) {
        if (this.#abort.signal.aborted) return;
        this.#arrived = Promise.withResolvers<void>();
        await this.#arrived.promise;
        this.#arrived = null;
        continue;
      }
      yield this.#inbox.shift() as StreamInputs[N];
      this.#used++;
      if (this.#used < CREDIT_BATCH || this.#abort.signal.aborted) continue;
      this.#granted += this.#used;
      this.#wire.credit(this.#used);
      this.#used = 0;
    }
  }

  #throwIfClosed(): void {
    if (this.#abort.signal.aborted) throw new ShellError('the stream was closed');
  }
}
