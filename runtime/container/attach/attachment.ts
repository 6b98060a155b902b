import { EngineError } from '../../base/errors.ts';
import type { ProcessStreams } from '../../sys/launcher/launcher.ts';
import type { AttachedStreams } from '../container-service.ts';
import { DetachScanner } from './detach-keys.ts';

type Output = { readonly stream: 1 | 2; readonly data: Uint8Array };

export interface AttachmentOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Null: typed keys never detach. */
  readonly detachKeys: readonly number[] | null;
  readonly signal: AbortSignal;
  /** Called once, when it has ended for whatever reason. */
  readonly onEnd: (isDetached: boolean) => void;
}

/** One client's connection to a process, which may not have been started yet. */
export class Attachment implements AttachedStreams {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly output: AsyncIterable<Output>;
  readonly #process = Promise.withResolvers<ProcessStreams | null>();
  readonly #scanner: DetachScanner | null;
  readonly #end: (isDetached: boolean) => void;
  #ended = false;

  constructor(options: AttachmentOptions) {
    const { signal } = options;
    this.tty = options.tty;
    this.stdin = options.stdin;
    this.stdout = options.stdout;
    this.stderr = options.stderr;
    this.#scanner = options.detachKeys === null ? null : new DetachScanner(options.detachKeys);
    const onAbort = (): void => this.end();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#end = (isDetached) => {
      signal.removeEventListener('abort', onAbort);
      options.onEnd(isDetached);
    };
    this.output = this.#read();
    if (signal.aborted) this.end();
  }

  /** Hands over the process's streams, which are closed with the attachment. */
  connect(streams: ProcessStreams): void {
    if (this.#ended) void streams[Symbol.asyncDispose]();
    this.#process.resolve(streams);
  }

  async write(data: Uint8Array): Promise<void> {
    const { pass, isDetached } = this.#scanner?.scan(data) ?? { pass: data, isDetached: false };
    const process = await this.#process.promise;
    if (process === null || this.#ended) throw new EngineError('Conflict', 'the process has ended');
    if (pass.length > 0) await process.write(pass);
    if (isDetached) this.end(true);
  }

  closeStdin(): void {
    void this.#process.promise.then((process) => process?.closeStdin());
  }

  /** Idempotent. The process goes on. */
  end(isDetached = false): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#process.resolve(null);
    void this.#process.promise.then((process) => process?.[Symbol.asyncDispose]());
    this.#end(isDetached);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  async *#read(): AsyncGenerator<Output> {
    const process = await this.#process.promise;
    try {
      if (process !== null) yield* process.output;
    } finally {
      this.end();
    }
  }
}
