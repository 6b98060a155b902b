import type { AttachedStreams } from '../container/container-service.ts';

export interface OutputPiece {
  readonly stream: 1 | 2;
  readonly data: Uint8Array;
}

/** An unbounded queue with one reader; what is pushed before the reader comes waits for it. */
class Queue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #closed = false;
  #wake: () => void = () => undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T;
      if (this.#closed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const text = new TextDecoder();
const bytes = new TextEncoder();

/**
 * A process that is only pretended, by its words: `echo A B`, `fail TEXT` (to stderr, code 3), `exit N`, `cat` (gives
 * back its input until it ends), `flood` (writes until nobody listens), `sleep` (until a signal).
 */
export class FakeProcess {
  readonly tty: boolean;
  readonly exited: Promise<number>;
  readonly output: OutputPiece[] = [];
  exitCode: number | null = null;
  /** How many attachments are open; a test of leaks looks here. */
  attached = 0;
  stdinClosed = false;
  #running = false;
  readonly #early: string[] = [];
  readonly #command: readonly string[];
  readonly #queues = new Set<Queue<OutputPiece>>();
  readonly #settle: (code: number) => void;

  constructor(command: readonly string[], tty: boolean) {
    this.#command = command;
    this.tty = tty;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    this.#settle = resolve;
  }

  run(): void {
    this.#running = true;
    const [verb = '', ...rest] = this.#command;
    if (verb === 'echo') {
      this.write(1, `${rest.join(' ')}\n`);
      this.exit(0);
    } else if (verb === 'fail') {
      this.write(2, `${rest.join(' ')}\n`);
      this.exit(3);
    } else if (verb === 'exit') {
      this.exit(Number(rest[0] ?? 0));
    } else if (verb === 'flood') {
      this.#flood();
    } else if (verb === 'cat') {
      for (const text of this.#early) this.write(1, text);
      if (this.stdinClosed) this.exit(0);
    }
  }

  write(stream: 1 | 2, data: string): void {
    const piece = { stream, data: bytes.encode(data) };
    if (this.output.length < 1000) this.output.push(piece);
    for (const queue of this.#queues) queue.push(piece);
  }

  exit(code: number): void {
    if (this.exitCode !== null) return;
    this.exitCode = code;
    for (const queue of this.#queues) queue.close();
    this.#settle(code);
  }

  attach(wants: { readonly stdout: boolean; readonly stderr: boolean }, signal: AbortSignal): AttachedStreams {
    const queue = new Queue<OutputPiece>();
    this.#queues.add(queue);
    this.attached += 1;
    if (this.exitCode !== null) queue.close();
    let open = true;
    const detach = (): void => {
      if (open) this.attached -= 1;
      open = false;
      this.#queues.delete(queue);
      queue.close();
    };
    signal.addEventListener('abort', detach, { once: true });
    async function* wanted(): AsyncGenerator<OutputPiece> {
      for await (const piece of queue) if (piece.stream === 1 ? wants.stdout : wants.stderr) yield piece;
    }
    return {
      tty: this.tty,
      output: wanted(),
      write: async (data) => {
        if (this.exitCode !== null || this.stdinClosed) throw new Error('the process takes no input');
        if (this.#command[0] === 'cat' && this.#running) this.write(1, text.decode(data));
        else this.#early.push(text.decode(data));
        await Promise.resolve();
      },
      closeStdin: () => {
        this.stdinClosed = true;
        if (this.#command[0] === 'cat' && this.#running) this.exit(0);
      },
      [Symbol.asyncDispose]: () => {
        detach();
        return Promise.resolve();
      },
    };
  }

  #flood(): void {
    const step = (): void => {
      if (this.exitCode !== null) return;
      if (this.attached > 0) this.write(1, 'x'.repeat(4095).concat('\n'));
      setTimeout(step, 1);
    };
    step();
  }
}
