import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { parseHeldSockets } from '../../formats/proc-sockets.ts';

export interface PortHolder {
  readonly pid: number;
  /** As the kernel knows its program, at most 15 characters. */
  readonly command: string;
}

/**
 * Who holds a port of this network namespace; undefined when nobody visible does. Looks through all processes: for the words of a failure,
 * not for the way there.
 */
export function findPortHolder(protocol: 'tcp' | 'udp' | 'sctp', port: number): PortHolder | undefined {
  const sockets = [protocol, `${protocol}6`].flatMap((table) => parseHeldSockets(read(`/proc/net/${table}`)));
  const wanted = new Set(sockets.filter((socket) => socket.port === port).map(({ inode }) => `socket:[${inode}]`));
  if (wanted.size === 0) return undefined;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if (descriptorsOf(name).some((target) => wanted.has(target))) return { pid: Number(name), command: read(`/proc/${name}/comm`).trim() };
  }
  return undefined;
}

function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // It has ended.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
