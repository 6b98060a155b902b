import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** MAXNS of resolv.conf(5). */
const MAX_SERVERS = 3;
const LIMIT = 64 * 1024;

/** `nameserver` lines of a resolv.conf(5), without scopes of links. */
export function nameserversOf(text: string): string[] {
  return text
    .slice(0, LIMIT)
    .split('\n')
    .flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .filter((address) => isIP(address) !== 0)
    .slice(0, MAX_SERVERS);
}

/** Whether an address means whoever asks. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** The host's resolvers as they are now: the file is read again when it has changed. */
export class HostServers {
  readonly #path: string;
  #mark = '';
  #servers: readonly string[] = [];

  constructor(path = '/etc/resolv.conf') {
    this.#path = path;
  }

  current(): readonly string[] {
    const stat = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const mark = stat === undefined ? '' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
    if (mark !== this.#mark) {
      this.#servers = stat === undefined ? [] : nameserversOf(readFileSync(this.#path, 'utf8'));
      this.#mark = mark;
    }
    return this.#servers;
  }
}
