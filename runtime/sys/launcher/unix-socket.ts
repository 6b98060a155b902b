import { closeSync, constants, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/** sizeof(sun_path) - 1: unix(7). */
const MAX_ADDRESS = 107;

/** Connects to a socket whatever the length of its path. Rejects with the system's error. */
export async function connectUnix(path: string): Promise<Socket> {
  const short = Buffer.byteLength(path) <= MAX_ADDRESS;
  const directory = short ? undefined : openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(directory === undefined ? path : `/proc/self/fd/${directory}/${basename(path)}`);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}
