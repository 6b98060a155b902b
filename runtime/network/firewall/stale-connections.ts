import { networkInterfaces } from 'node:os';
import { addressBytes, parseAddress } from '../../base/cidr.ts';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { type Connection, ConntrackSocket } from '../../sys/netlink/conntrack.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { FirewallPort } from './firewall.ts';

/**
 * UDP has no beginning: as long as a client keeps sending, the kernel sends its packets where the first one went, although that container is gone and
 * another one has the port. So what is known of a port's clients is forgotten when the port comes and goes.
 */
export class StaleConnections {
  readonly #syscalls: Syscalls;
  readonly #logger: Logger;

  constructor(syscalls: Syscalls, logger: Logger) {
    this.#syscalls = syscalls;
    this.#logger = logger;
  }

  /** Of those ports that are UDP's; `keep`: what leads to the container already stays. In the background, some at a time. */
  forget(ports: readonly FirewallPort[], keep: boolean): void {
    const stale = ports.filter(({ protocol }) => protocol === 'udp');
    if (stale.length > 0) void this.#forgetAll(stale, keep);
  }

  async #forgetAll(ports: readonly FirewallPort[], keep: boolean): Promise<void> {
    try {
      const own = ownAddresses();
      for (const port of ports) {
        // A socket each for lists and removals: their answers must not mix.
        using list = new ConntrackSocket(this.#syscalls);
        using remove = new ConntrackSocket(this.#syscalls);
        const family = port.containerAddress.includes(':') ? 6 : 4;
        for (const some of list.udpTo(family, port.hostPort)) {
          for (const connection of some) if (isOf(connection, port, own) && !(keep && leadsTo(connection, port))) remove.forget(connection);
          await new Promise(setImmediate);
        }
      }
    } catch (error) {
      this.#logger.warn('clients of a UDP port may still be sent to an earlier container', { reason: messageOf(error) });
    }
  }
}

/** Whether it was sent to the port at this host: others have the same number elsewhere. */
function isOf({ original }: Connection, { hostAddress }: FirewallPort, own: ReadonlySet<string>): boolean {
  const destination = hex(original.destination);
  const bound = parseAddress(hostAddress);
  return bound === null || bound.value === 0n ? own.has(destination) : destination === hex(addressBytes(bound));
}

function leadsTo({ reply }: Connection, { containerAddress, containerPort }: FirewallPort): boolean {
  return reply.sourcePort === containerPort && hex(reply.source) === hexOf(containerAddress);
}

function ownAddresses(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((rows) => (rows ?? []).map(({ address }) => hexOf(address))));
}

function hexOf(text: string): string {
  const address = parseAddress(text);
  return address === null ? '' : hex(addressBytes(address));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
