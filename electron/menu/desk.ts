import type { AppCommandOutputs, MenuCommand } from '../ipc/contract/app-commands.ts';
import type { CommandDesk } from '../ipc/handlers/app-commands.ts';

type Asked = AppCommandOutputs['app.commands'];
/** What waits for a page; more than a person asks for while a window opens. */
const MAX_WAITING = 8;

/** Between the shell's menus and the page: knows what the page can do, and asks it for things; without a page they wait for one. */
export class Desk implements CommandDesk {
  readonly #onCommands: (commands: readonly MenuCommand[]) => void;
  #known = '';
  #send: ((asked: Asked) => void) | null = null;
  #waiting: readonly Asked[] = [];

  /** `onCommands` hears what the page can do when that is new. It counts on without a page: the next one can do the same. */
  constructor(onCommands: (commands: readonly MenuCommand[]) => void) {
    this.#onCommands = onCommands;
  }

  attach(commands: readonly MenuCommand[], send: (asked: Asked) => void): () => void {
    this.#send = send;
    const known = JSON.stringify(commands);
    if (known !== this.#known) this.#onCommands(commands);
    this.#known = known;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const asked of waiting) send(asked);
    return () => {
      // A page that was loaded anew may attach before the old one is known to be gone.
      if (this.#send === send) this.#send = null;
    };
  }

  ask(asked: Asked): void {
    if (this.#send) this.#send(asked);
    else this.#waiting = [...this.#waiting, asked].slice(-MAX_WAITING);
  }
}
