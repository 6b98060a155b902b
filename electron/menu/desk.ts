import type { AppCommandOutputs, Asked, MenuCommand } from '../ipc/contract/app-commands.ts';
import type { AttachedPage, CommandDesk } from '../ipc/handlers/app-commands.ts';

type Numbered = AppCommandOutputs['app.commands'];
/** What waits for a page; more than a person asks for while a window opens. */
const MAX_WAITING = 8;

/** Between the shell's menus and the page: knows what the page can do, and asks it for things, until a page has done them. */
export class Desk implements CommandDesk {
  readonly #onCommands: (commands: readonly MenuCommand[]) => void;
  #known = '';
  #send: ((asked: Numbered) => void) | null = null;
  #waiting: readonly Numbered[] = [];
  #last = 0;

  /** `onCommands` hears what the page can do when that is new. It counts on without a page: the next one can do the same. */
  constructor(onCommands: (commands: readonly MenuCommand[]) => void) {
    this.#onCommands = onCommands;
  }

  attach(commands: readonly MenuCommand[], send: (asked: Numbered) => void): AttachedPage {
    this.#send = send;
    const known = JSON.stringify(commands);
    if (known !== this.#known) this.#onCommands(commands);
    this.#known = known;
    for (const asked of this.#waiting) send(asked);
    return {
      took: (number) => {
        this.#waiting = this.#waiting.filter((one) => one.number !== number);
      },
      // A page that was loaded anew may attach before the old one is known to be gone.
      detach: () => {
        if (this.#send === send) this.#send = null;
      },
    };
  }

  ask(asked: Asked): void {
    const numbered = { number: ++this.#last, asked };
    this.#waiting = [...this.#waiting, numbered].slice(-MAX_WAITING);
    this.#send?.(numbered);
  }
}
