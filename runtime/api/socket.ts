import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs';
import { type AddressInfo, connect, isIPv6, type Server } from 'node:net';
import { dirname } from 'node:path';
import { EngineError } from '../base/errors.ts';
import type { Listener } from './types/listener.ts';

const MODE = 0o660;
/** Others may pass through to a socket they have been given rights to, but not list what is there. */
const DIRECTORY_MODE = 0o711;

/** sun_path of unix(7) is 108 bytes with its final zero. */
const MAX_PATH = 107;

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const done = (alive: boolean): void => {
      probe.destroy();
      resolve(alive);
    };
    probe.once('connect', () => done(true));
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
}

/** The number of a group by its name in /etc/group. */
function groupId(name: string): number {
  for (const line of readFileSync('/etc/group', 'utf8').split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined) return Number(id);
  }
  throw new EngineError('InvalidArgument', `--group: there is no group ${name}`);
}

async function removeDead(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isSocket()) throw new EngineError('Conflict', `${path} exists and is not a socket`);
  if (await answers(path)) throw new EngineError('Conflict', `another engine answers on ${path}`);
  unlinkSync(path);
}

/** Resolves once the server listens. */
function listening(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('listening', () => {
    server.removeListener('error', reject);
    resolve();
  });
  return promise;
}

/** Conflict when the port is taken, InvalidArgument when the host is not this machine's. */
export async function listenOnTcp(server: Server, { host, port }: Extract<Listener, { kind: 'tcp' }>): Promise<string> {
  const bound = listening(server);
  server.listen({ host, port });
  try {
    await bound;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new EngineError('Conflict', `--host: tcp://${host}:${port}: the port is in use`, { cause });
    throw new EngineError('InvalidArgument', `--host: tcp://${host}:${port}: ${message}`, { cause });
  }
  return `tcp://${isIPv6(host) ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

/**
 * Listens on a unix socket that only its owner and `group` may use. A socket that a dead engine has left is replaced;
 * one that answers is a Conflict, an unknown group InvalidArgument.
 */
export async function listenOnUnix(server: Server, path: string, group: string | null): Promise<string> {
  const gid = group === null ? null : groupId(group);
  if (Buffer.byteLength(path) > MAX_PATH) throw new EngineError('InvalidArgument', `${path}: a socket's path may have ${MAX_PATH} bytes at most`);
  mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  await removeDead(path);
  const bound = listening(server);
  // The socket is bound within the call: the mask makes it private from its first moment.
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await bound;
  if (gid !== null) chownSync(path, process.getuid?.() ?? 0, gid);
  chmodSync(path, MODE);
  return `unix://${path}`;
}
