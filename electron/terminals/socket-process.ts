import type { Duplex } from 'node:stream';
import { drained } from '../engine/drained.ts';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import { ShellError } from '../ipc/failure.ts';
import type { StartTerminal, TerminalProcess, TerminalSize } from './terminal-process.ts';

/**
 * Keys by which the engine lets go of a terminal. Its own, Ctrl+P, holds back a key that every shell uses; closing the window is what
 * lets go here, so they are ones that no keyboard sends in this order.
 */
export const DETACH_KEYS = 'ctrl-^,ctrl-_,ctrl-^,ctrl-_';

/** A raw connection to the engine that a terminal speaks over. */
export interface RawTerminal {
  readonly socket: Duplex;
  resize(size: TerminalSize): Promise<unknown>;
  /** Asked once the connection has ended. */
  exitCode(): Promise<number>;
  /** What is to be done beside closing the connection. */
  hangUp?(): Promise<unknown>;
}

/** Drives a raw connection of the engine as a terminal's process. */
export function socketProcess(raw: RawTerminal, output: Parameters<StartTerminal>[1]): TerminalProcess {
  const { socket } = raw;
  let hungUp = false;
  let broken: Error | null = null;
  socket.on('error', (error) => {
    broken = error;
    socket.destroy();
  });
  async function run(): Promise<number> {
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) await output(chunk);
    } catch (error) {
      if (!hungUp) throw new ShellError('the connection to the engine was lost', 0, { cause: broken ?? error });
    } finally {
      socket.destroy();
    }
    return hungUp ? 0 : await raw.exitCode();
  }
  const ended = run();
  // Whoever awaits it sees it; a process that is hung up before that is nobody's error.
  ended.catch(() => undefined);
  return {
    ended,
    async write(data) {
      if (!socket.destroyed && !socket.write(data)) await drained(socket);
    },
    async resize(size) {
      await raw.resize(size).catch(() => undefined);
    },
    async hangUp() {
      if (hungUp) return;
      hungUp = true;
      socket.destroy();
      await raw.hangUp?.().catch(() => undefined);
    },
  };
}

/** Sets the size of a container's or an exec's terminal. */
export function resizer(engine: EngineClient, kind: 'containers' | 'exec', id: string): RawTerminal['resize'] {
  return ({ rows, columns }) => engine.json('POST', enginePath(kind, id, 'resize'), { query: { h: rows, w: columns } });
}
