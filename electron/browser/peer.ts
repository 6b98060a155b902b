import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const UID_COLUMN = 7;

/** The user at the other end of a loopback connection, from the text of /proc/net/tcp (proc(5)); null: not in it. */
export function ownerOf(table: string, clientPort: number, serverPort: number): number | null {
  const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0');
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(`:${port(clientPort)}`) && columns[2]?.endsWith(`:${port(serverPort)}`)) return Number(columns[UID_COLUMN]);
  }
  return null;
}

/**
 * Whether the client of a loopback connection runs as this program's user. Linux only: elsewhere the answer is no.
 * For tokens that went over a command line, which every user of the machine can read.
 */
export function isOwnUser(socket: Socket): boolean {
  try {
    return ownerOf(readFileSync('/proc/net/tcp', 'utf8'), socket.remotePort ?? 0, socket.localPort ?? 0) === process.getuid?.();
  } catch {
    return false;
  }
}
