import { closeSync, constants, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** sizeof(sun_path) - 1: unix(7). */
export const MAX_ADDRESS = 107;

/** A queue of clients that stays full this long has nobody at its end. */
const ATTEMPTS = 200;
const PAUSE_MS = 10;

function connectTo(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Connects to a socket whatever the length of its path, waiting while its queue is full (EAGAIN). Rejects with the system's error. */
export async function connectUnix(path: string): Promise<Socket> {
  const short = Buffer.byteLength(path) <= MAX_ADDRESS;
  const directory = short ? undefined : openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  const address = directory === undefined ? path : `/proc/self/fd/${directory}/${basename(path)}`;
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await connectTo(address);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || attempt === ATTEMPTS) throw error;
        await sleep(PAUSE_MS);
      }
    }
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}
