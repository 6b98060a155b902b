import type { Backend } from '../backend.ts';
import type { AppCommandOutputs, MenuCommand } from '../contract/app-commands.ts';

/** Where the commands of a page go: the menus of the window's system. */
export interface CommandDesk {
  /** Shows them; `send` asks the page for something. */
  attach(commands: readonly MenuCommand[], send: (asked: AppCommandOutputs['app.commands']) => void): AttachedPage;
}

export interface AttachedPage {
  /** It has done what has the number. */
  took(number: number): void;
  detach(): void;
}

/** Without a desk, as in a browser, nothing is ever asked. */
export function appCommandStreams(desk: CommandDesk | undefined): Pick<Backend['streams'], 'app.commands'> {
  return {
    async 'app.commands'({ commands }, stream) {
      const { promise: closed, resolve: close } = Promise.withResolvers<void>();
      stream.signal.addEventListener('abort', () => close(), { once: true });
      // A page that is gone is asked for nothing more.
      const page = desk?.attach(commands, (asked) => void stream.send(asked).catch(close));
      const read = async () => {
        for await (const { took } of stream.inputs) page?.took(took);
      };
      read().catch(close);
      try {
        await closed;
      } finally {
        page?.detach();
      }
    },
  };
}
