/** One line of /proc/net/tcp, tcp6, udp or udp6 (proc(5)), of a socket that holds a port. */
export interface HeldSocket {
  /** Eight or 32 hexadecimal digits, as the kernel prints the words of an address. */
  readonly address: string;
  readonly port: number;
  readonly inode: number;
}

const LISTEN = '0A';
const UNCONNECTED = '07';

/** Sockets that listen (TCP) or are bound without a peer (UDP); others do not hold a port against a bind. Lines in no such form are left out. */
export function parseHeldSockets(table: string): HeldSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      const isHeld = state === LISTEN || state === UNCONNECTED;
      return isHeld && /^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(address) ? [{ address, port: Number.parseInt(port, 16), inode: Number(inode) }] : [];
    });
}
