import { homedir } from 'node:os';
import type { IPty } from 'node-pty';
import type { Backend, StreamContext } from '../backend.ts';

/** A login shell of this machine's user whose `docker` speaks to the engine. */
export function hostTerminalStreams(socket: string): Pick<Backend['streams'], 'host-terminal'> {
  return {
    async 'host-terminal'({ rows, columns }, stream) {
      // Native code: loaded when first asked for, so that a machine without it has all the rest.
      const { spawn } = await import('node-pty');
      const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, TERM: 'xterm-256color' };
      const pty = spawn(process.env['SHELL'] ?? '/bin/sh', [], { name: 'xterm-256color', rows, cols: columns, cwd: homedir(), env, encoding: null });
      const exited = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
      const hangUp = () => pty.kill();
      stream.signal.addEventListener('abort', hangUp);
      const sending = new Set<Promise<void>>();
      pty.onData((data) => forward(pty, stream, sending, Buffer.from(data)));
      void forwardInputs(stream, pty);
      const exitCode = await exited;
      await Promise.all(sending);
      await stream.send({ exitCode });
    },
  };
}

/** Output stops at its source while the page has no credit left. */
function forward(pty: IPty, stream: StreamContext<'host-terminal'>, sending: Set<Promise<void>>, data: Buffer): void {
  const sent = stream.send(data).catch(() => undefined);
  sending.add(sent);
  if (sending.size > 1) pty.pause();
  void sent.then(() => {
    sending.delete(sent);
    if (sending.size === 0) pty.resume();
  });
}

async function forwardInputs(stream: StreamContext<'host-terminal'>, pty: IPty): Promise<void> {
  for await (const input of stream.inputs) {
    if (input instanceof Uint8Array) pty.write(Buffer.from(input));
    else pty.resize(input.resize.columns, input.resize.rows);
  }
}
