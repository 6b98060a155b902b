import type { StreamContext } from '../ipc/backend.ts';
import type { TerminalRow, TerminalTarget } from '../ipc/contract/terminals.ts';
import { toFailure } from '../ipc/failure.ts';
import { OutputRing } from './output-ring.ts';
import type { StartTerminal, TerminalProcess, TerminalSize } from './terminal-process.ts';

/** Output that a page gets back when it comes again, in bytes. */
const KEPT = 256 * 1024;
/** What is typed before the program is there waits for it, up to so many bytes. */
const TYPED = 64 * 1024;

/**
 * Leaves the other screen, with the cursor where it is (`?1049l` goes to where it was last kept: the corner, if it never was), and takes
 * back what a program that was cut off may have asked of the terminal: mouse reports, pasting in brackets, a hidden cursor.
 */
const RESET = '\x1b7\x1b[?1049l\x1b[!p\x1b[?1000;1002;1003;1006;2004;1004l\x1b[?25h\x1b[0m\r\n';

interface Viewer {
  readonly stream: StreamContext<'terminal'>;
  readonly window: boolean;
  /** Lets its page go. */
  readonly release: () => void;
}

/** A program behind a terminal and those who look at it. It goes on without anybody looking, until it is closed. */
export class TerminalSession {
  readonly id: string;
  readonly target: TerminalTarget;
  readonly #start: StartTerminal;
  readonly #changed: () => void;
  readonly #ring = new OutputRing(KEPT);
  readonly #viewers = new Set<Viewer>();
  #process: TerminalProcess | null = null;
  #typed: Uint8Array[] = [];
  /** Settles when what was typed before the program was there has been taken: nothing overtakes it. */
  #handedOver: Promise<void> = Promise.resolve();
  #state: Pick<TerminalRow, 'state' | 'exitCode' | 'error'> = { state: 'starting', exitCode: null, error: '' };
  #size: TerminalSize;
  #closed = false;

  /** `changed` is called after each change of `row`. */
  constructor(id: string, target: TerminalTarget, start: StartTerminal, size: TerminalSize, changed: () => void) {
    this.id = id;
    this.target = target;
    this.#start = start;
    this.#size = size;
    this.#changed = changed;
    void this.#run();
  }

  get row(): TerminalRow {
    return { id: this.id, target: this.target, ...this.#state, detached: this.#viewers.values().some(({ window }) => window) };
  }

  /** Runs its target again where it has ended. */
  restart(): void {
    if (this.#closed || this.#state.state !== 'ended') return;
    void this.#output(Buffer.from(RESET));
    void this.#run();
  }

  /** Ends what runs and lets every page go. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const viewer of [...this.#viewers]) viewer.release();
    await this.#process?.hangUp();
  }

  /** Lets its own windows go, which then close. */
  recall(): void {
    for (const viewer of [...this.#viewers]) if (viewer.window) viewer.release();
  }

  /** Serves one page: first what was kept, then what comes; until the page or the session closes. */
  async view(stream: StreamContext<'terminal'>, { window, rows, columns }: TerminalSize & { readonly window: boolean }): Promise<void> {
    if (this.#closed) return;
    const released = Promise.withResolvers<void>();
    const viewer: Viewer = { stream, window, release: released.resolve };
    this.#viewers.add(viewer);
    // Told in one go, so that nothing that comes meanwhile is lost or told twice.
    const told = [{ replay: true }, this.#ring.contents(), { replay: false }].map((message) => send(viewer, message));
    if (window) this.#changed();
    this.#resize({ rows, columns });
    try {
      await Promise.race([released.promise, Promise.all([...told, this.#takeInputs(stream)])]);
    } finally {
      this.#viewers.delete(viewer);
      if (window) this.#changed();
    }
  }

  async #takeInputs(stream: StreamContext<'terminal'>): Promise<void> {
    for await (const input of stream.inputs) {
      if (input instanceof Uint8Array) await this.#write(input);
      else this.#resize(input.resize);
    }
  }

  async #write(data: Uint8Array): Promise<void> {
    if (this.#state.state === 'starting') {
      const held = this.#typed.reduce((sum, { length }) => sum + length, 0);
      this.#typed.push(data.subarray(0, TYPED - held));
      return;
    }
    await this.#handedOver;
    await this.#process?.write(data);
  }

  /** An end of the program meanwhile is told as its end. */
  async #handOver(process: TerminalProcess): Promise<void> {
    const typed = this.#typed.splice(0);
    try {
      for (const data of typed) await process.write(data);
    } catch {
      // Nobody is there to take it.
    }
  }

  #resize(size: TerminalSize): void {
    if (size.rows === this.#size.rows && size.columns === this.#size.columns) return;
    this.#size = size;
    void this.#process?.resize(size);
  }

  async #run(): Promise<void> {
    this.#set({ state: 'starting', exitCode: null, error: '' });
    try {
      const size = this.#size;
      const process = await this.#start(size, (data) => this.#output(data));
      this.#process = process;
      if (this.#closed) return void (await process.hangUp());
      // The page may have measured itself meanwhile.
      if (this.#size !== size) void process.resize(this.#size);
      this.#handedOver = this.#handOver(process);
      this.#set({ state: 'running', exitCode: null, error: '' });
      const exitCode = await process.ended;
      this.#set({ state: 'ended', exitCode, error: '' });
    } catch (error) {
      this.#set({ state: 'ended', exitCode: null, error: toFailure(error).message });
    } finally {
      this.#process = null;
      this.#typed = [];
    }
  }

  #set(state: Pick<TerminalRow, 'state' | 'exitCode' | 'error'>): void {
    this.#state = state;
    if (!this.#closed) this.#changed();
  }

  async #output(data: Uint8Array): Promise<void> {
    this.#ring.append(data);
    await Promise.all(this.#viewers.values().map((viewer) => send(viewer, data)));
  }
}

/** Settles when the page has room for more, or is gone. */
const send = async ({ stream }: Viewer, value: Uint8Array | { readonly replay: boolean }): Promise<void> => {
  if (value instanceof Uint8Array && value.length === 0) return;
  await stream.send(value).catch(() => undefined);
};
