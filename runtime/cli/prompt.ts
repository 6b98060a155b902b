import { CliError } from './errors.ts';
import { rawTerminal } from './terminal.ts';

const END = new Set(['\r', '\n']);
const ERASE = new Set(['\b', '\u007f']);
const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const ERASE_LINE = '\u0015';
const ESCAPE = '\u001b';
/** A shell's number for what the user has interrupted. */
const EXIT_INTERRUPTED = 130;

/** Questions to whoever sits at the terminal, one after the other: what is typed ahead is for the next one. Disposing gives the terminal back. */
export class Prompt implements Disposable {
  readonly #terminal = rawTerminal();
  readonly #input: AsyncIterator<string>;
  #ahead: string[] = [];

  /** Throws CliError where there is no terminal. */
  constructor() {
    if (!process.stdin.isTTY) throw new CliError('there is no terminal to ask on: give a user with --username and the password with --password-stdin');
    this.#input = process.stdin.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  /** The line that is typed; `isHidden`: not shown meanwhile. Throws CliError when the user gives up. */
  async ask(question: string, { isHidden = false } = {}): Promise<string> {
    process.stderr.write(question);
    const typed: string[] = [];
    const show = (text: string): void => void (isHidden || process.stderr.write(text));
    try {
      for (;;) {
        const key = await this.#key();
        if (END.has(key)) return typed.join('');
        if (key === INTERRUPT) throw new CliError('canceled', { exitCode: EXIT_INTERRUPTED });
        if (key === END_OF_INPUT && typed.length === 0) throw new CliError('nothing was typed');
        if (key === ESCAPE) await this.#skipSequence();
        else if (ERASE.has(key)) {
          if (typed.pop() !== undefined) show('\b \b');
        } else if (key === ERASE_LINE) {
          show('\b \b'.repeat(typed.length));
          typed.length = 0;
        } else if (key >= ' ') {
          typed.push(key);
          show(key);
        }
      }
    } finally {
      process.stderr.write('\n');
    }
  }

  [Symbol.dispose](): void {
    this.#terminal[Symbol.dispose]();
    process.stdin.pause();
  }

  async #key(): Promise<string> {
    while (this.#ahead.length === 0) {
      const next = await this.#input.next();
      if (next.done === true) throw new CliError('the terminal was closed');
      this.#ahead = [...next.value];
    }
    return this.#ahead.shift() ?? '';
  }

  /** Arrows and the like: ESC, `[` or `O`, up to a letter or `~`. */
  async #skipSequence(): Promise<void> {
    if (!/[[O]/.test(await this.#key())) return;
    while (!/[A-Za-z~]/.test(await this.#key()));
  }
}
