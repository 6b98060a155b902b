import { chmodSync, chownSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { EngineError } from '../../base/errors.ts';

export interface AgentAccess {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Connections of one step at once; a client of an agent has one. */
const CONNECTIONS = 32;
const NAME = 'agent';

/**
 * A socket in `directory` that leads to the agent at `agent`, with an owner and rights of its own: those of the agent's socket are the host's
 * business. Disposing of it ends its connections. Throws InvalidArgument where no socket is.
 */
export async function openAgentSocket(agent: string, directory: string, { uid, gid, mode }: AgentAccess): Promise<AsyncDisposable & { readonly path: string }> {
  if (statSync(agent, { throwIfNoEntry: false })?.isSocket() !== true) {
    throw new EngineError('InvalidArgument', `ssh agent: ${JSON.stringify(agent.slice(0, 200))} is no socket of this machine`);
  }
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(agent);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.maxConnections = CONNECTIONS;
  await using undo = new AsyncDisposableStack();
  // A socket's address has 108 bytes at most, the path of a directory more.
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  undo.defer(() => closeSync(fd));
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(`/proc/self/fd/${fd}/${NAME}`, resolve));
  undo.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const path = join(directory, NAME);
  chownSync(path, uid, gid);
  chmodSync(path, mode);
  const kept = undo.move();
  return { path, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
