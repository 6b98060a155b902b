import type { Socket } from 'node:net';
import { drained } from '../base/drained.ts';
import { messageOf } from '../base/errors.ts';
import { CliError } from './errors.ts';

export type Size = { readonly rows: number; readonly columns: number };

/** Of the terminal this program runs in; null when it runs in none. */
export function terminalSize(): Size | null {
  return process.stdout.isTTY ? { rows: process.stdout.rows, columns: process.stdout.columns } : null;
}

/** A terminal of the container needs one here when its input comes from here. */
export function requireTerminal(flags: { readonly tty?: boolean | undefined; readonly interactive?: boolean | undefined }): void {
  if (flags.tty && flags.interactive && !process.stdin.isTTY) throw new CliError('the input device is not a TTY');
}

/** Every key goes to the container as it is; disposing gives the terminal back. */
export function rawTerminal(): Disposable {
  const { stdin } = process;
  if (!stdin.isTTY) return { [Symbol.dispose]: () => undefined };
  stdin.setRawMode(true);
  return { [Symbol.dispose]: () => void stdin.setRawMode(false) };
}

/** Tells the size now and after each change of it. A container that is gone needs no size. */
export function followSize(resize: (size: Size) => Promise<unknown>): Disposable {
  const tell = (): void => {
    const size = terminalSize();
    if (size) resize(size).catch(() => undefined);
  };
  tell();
  process.stdout.on('resize', tell);
  return { [Symbol.dispose]: () => void process.stdout.removeListener('resize', tell) };
}

/** Sends stdin to the container and then its end; disposing lets go of stdin so that the program can end. */
export function sendInput(socket: Socket): Disposable {
  const { stdin } = process;
  const pump = async (): Promise<void> => {
    for await (const chunk of stdin) {
      if (!socket.writable) return;
      if (!socket.write(chunk as Uint8Array)) await drained(socket);
    }
    socket.end();
  };
  pump().catch((error: unknown) => {
    if (socket.writable) process.stderr.write(`Error: stdin: ${messageOf(error)}\n`);
  });
  return { [Symbol.dispose]: () => void stdin.destroy() };
}

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

/** Hands signals to the container instead of obeying them. */
export function forwardSignals(send: (signal: string) => Promise<unknown>): Disposable {
  const forward = (signal: NodeJS.Signals): void => void send(signal).catch(() => undefined);
  for (const signal of FORWARDED) process.on(signal, forward);
  return {
    [Symbol.dispose]: () => {
      for (const signal of FORWARDED) process.removeListener(signal, forward);
    },
  };
}
