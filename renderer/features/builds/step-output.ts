import type { OpenStream, Transport } from '../../engine/transport.ts';
import { documentVisibility, type Visibility } from '../../stores/visibility.ts';
import { LogBuffer } from '../../ui/log-buffer.ts';
import { OutputLines } from './output-lines.ts';

const RETRY_MS = 2000;

/** The output of one step, followed until it is over while it is started and somebody can see the window; opens again what breaks off. */
export class StepOutput {
  readonly buffer = new LogBuffer();
  /** The engine's words when the output could not be read; empty: all is well. */
  error = '';
  /** Something came, or it is known that nothing does. */
  isRead = false;
  readonly #transport: Transport;
  readonly #params: { readonly id: string; readonly step: number };
  readonly #visibility: Visibility;
  readonly #lines = new OutputLines();
  readonly #listeners = new Set<() => void>();
  #stream: OpenStream<'build.log'> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #isOver = false;

  constructor(transport: Transport, id: string, step: number, visibility: Visibility = documentVisibility) {
    this.#transport = transport;
    this.#params = { id, step };
    this.#visibility = visibility;
  }

  /** Returns what stops it; it may be started again. */
  start(): () => void {
    this.#isStarted = true;
    const stop = this.#visibility.subscribe(() => this.#open());
    this.#open();
    return () => {
      this.#isStarted = false;
      stop();
      this.#close();
    };
  }

  /** Told when `error` or `isRead` changes; the buffer tells of itself. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #open(): void {
    this.#close();
    if (!this.#isStarted || this.#isOver || !this.#visibility.visible()) return;
    this.#lines.restart();
    this.#stream = this.#transport.open('build.log', this.#params, {
      onData: ({ pieces }) => {
        this.#tell('');
        this.buffer.append(this.#lines.take(pieces));
      },
      onClose: (failure) => {
        this.#stream = null;
        this.#tell(failure?.message ?? '');
        if (failure === null) {
          this.#isOver = true;
          this.buffer.append(this.#lines.end());
        } else if (failure.status === 0) this.#timer = setTimeout(() => this.#open(), RETRY_MS);
      },
    });
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  #tell(error: string): void {
    if (error === this.error && this.isRead) return;
    this.error = error;
    this.isRead = true;
    for (const listener of this.#listeners) listener();
  }
}
