import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { FirewallNetwork } from './firewall.ts';

const IPV4 = '/proc/sys/net/ipv4/ip_forward';
const IPV6 = '/proc/sys/net/ipv6/conf';

/** Whether the host routes packets, which containers need to get out. Turned on for the first network that needs it, never off again. */
export interface Forwarding {
  /** True: this engine, or an earlier one since the machine started, has turned it on; nobody else relies on it. */
  readonly isOurs: boolean;
  /** True when it was off and `isOurs` is new. */
  enableFor(network: FirewallNetwork): boolean;
}

export interface ForwardingOptions {
  /** A file that is gone after a restart of the machine, as the setting is; it tells later engines whose doing it was. */
  readonly marker: string;
  readonly logger: Logger;
}

export class KernelForwarding implements Forwarding {
  readonly #options: ForwardingOptions;
  readonly #done = new Set<4 | 6>();
  #isOurs: boolean;

  constructor(options: ForwardingOptions) {
    this.#options = options;
    this.#isOurs = existsSync(options.marker);
  }

  get isOurs(): boolean {
    return this.#isOurs;
  }

  enableFor({ internal, subnets }: FirewallNetwork): boolean {
    if (internal) return false;
    const families = new Set(subnets.map((subnet) => (subnet.includes(':') ? 6 : 4)));
    let isNew = false;
    for (const family of families) {
      if (this.#done.has(family)) continue;
      this.#done.add(family);
      const changed = family === 4 ? this.#write(IPV4, '1') : this.#enableIpv6();
      if (!changed || this.#isOurs) continue;
      this.#isOurs = true;
      isNew = true;
      writeFileSync(this.#options.marker, '');
    }
    return isNew;
  }

  /** A router does not listen to routers; one that did so before goes on with accept_ra 2 (ip-sysctl of the kernel). */
  #enableIpv6(): boolean {
    try {
      if (readFileSync(`${IPV6}/all/forwarding`, 'utf8').trim() === '1') return false;
      const links = readdirSync(IPV6).filter((name) => !['all', 'default', 'lo'].includes(name));
      const hosts = links.filter((name) => readFileSync(`${IPV6}/${name}/accept_ra`, 'utf8').trim() === '1');
      for (const name of hosts) this.#write(`${IPV6}/${name}/accept_ra`, '2');
    } catch (error) {
      this.#options.logger.warn('settings of IPv6 cannot be read: its networks may not reach the outside', { reason: messageOf(error) });
      return false;
    }
    return this.#write(`${IPV6}/all/forwarding`, '1');
  }

  /** True when it had another value. A setting that is right already is not written: /proc/sys may be read-only. */
  #write(path: string, value: string): boolean {
    try {
      if (readFileSync(path, 'utf8').trim() === value) return false;
      writeFileSync(path, value);
      return true;
    } catch (error) {
      this.#options.logger.warn('a kernel setting could not be made', { path, value, reason: messageOf(error) });
      return false;
    }
  }
}
