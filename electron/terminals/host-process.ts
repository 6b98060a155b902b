import { homedir } from 'node:os';
import type { StartTerminal } from './terminal-process.ts';

/** A login shell of this machine's user whose `docker` speaks to the engine at `socket`. */
export function hostProcess(socket: string): StartTerminal {
  return async ({ rows, columns }, output) => {
    // Native code: loaded when first asked for, so that a machine without it has all the rest.
    const { spawn } = await import('node-pty');
    const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    const pty = spawn(process.env['SHELL'] ?? '/bin/sh', [], { name: 'xterm-256color', rows, cols: columns, cwd: homedir(), env, encoding: null });
    let over = false;
    const exited = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
    const sending = new Set<Promise<void>>();
    pty.onData((data) => {
      const sent = output(Buffer.from(data));
      sending.add(sent);
      // Output stops at its source while somebody who looks on is behind.
      if (sending.size > 1) pty.pause();
      void sent.then(() => {
        sending.delete(sent);
        if (sending.size === 0 && !over) pty.resume();
      });
    });
    async function run(): Promise<number> {
      const exitCode = await exited;
      over = true;
      await Promise.all(sending);
      return exitCode;
    }
    return {
      ended: run(),
      write(data) {
        if (!over) pty.write(Buffer.from(data));
        return Promise.resolve();
      },
      resize(size) {
        if (!over) pty.resize(size.columns, size.rows);
        return Promise.resolve();
      },
      hangUp() {
        if (!over) pty.kill();
        return Promise.resolve();
      },
    };
  };
}
