import { closeSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { AF_UNIX, SOCK } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import { removeLink, setLinkAlias } from '../../sys/netlink/link.ts';
import { RouteSocket } from '../../sys/netlink/socket.ts';
import type { Syscalls } from '../../sys/syscalls.ts';

/** In the abstract namespace of unix(7), which each network namespace has for itself: the kernel gives it back however its holder ends. */
const TURN = Buffer.from([AF_UNIX, 0, ...Buffer.from('\0slipway-subnets')]);
const TURN_TRIES = 40;
const TURN_TRY_MS = 1;

/** Links and settings of the host's network, as drivers change them. */
export class HostLinks {
  readonly #syscalls: Syscalls;
  readonly #logger: Logger;

  constructor(syscalls: Syscalls, logger: Logger) {
    this.#syscalls = syscalls;
    this.#logger = logger;
  }

  /** Throws Internal with the step and the kernel's reason; `accept` names errors that are as good as success. */
  request(step: string, message: Uint8Array, accept: readonly string[] = []): void {
    using socket = new RouteSocket(this.#syscalls);
    socket.request(step, message, accept);
  }

  /**
   * Runs `work`, which chooses a subnet and takes it, while no other engine of this network namespace does: each sees the other's only once it
   * is there. One that is held up in its turn holds up nobody longer than 40 ms.
   */
  inTurn<T>(work: () => T): T {
    const fd = this.#syscalls.socket(AF_UNIX, SOCK.DGRAM | SOCK.CLOEXEC, 0);
    try {
      for (let tries = 0; tries < TURN_TRIES && !this.#takeTurn(fd); tries++) sleep(TURN_TRY_MS);
      return work();
    } finally {
      closeSync(fd);
    }
  }

  #takeTurn(fd: number): boolean {
    try {
      this.#syscalls.bind(fd, TURN);
      return true;
    } catch (error) {
      return !hasCode(error, 'EADDRINUSE');
    }
  }

  /** Null when there is no such link. */
  indexOf(name: string): number | null {
    const text = read(`/sys/class/net/${name}/ifindex`);
    return text === null ? null : Number(text);
  }

  /** Marks a link as made for a network. */
  claim(name: string, networkId: string): void {
    this.request(`marking link ${name}`, setLinkAlias(name, aliasOf(networkId)));
  }

  isClaimed(name: string, networkId: string): boolean {
    return read(`/sys/class/net/${name}/ifalias`)?.trim() === aliasOf(networkId);
  }

  /** Idempotent. */
  async remove(name: string): Promise<void> {
    if (this.indexOf(name) === null) return;
    using socket = new RouteSocket(this.#syscalls);
    await socket.requestLater(`removing link ${name}`, removeLink(name), ['ENODEV']);
  }

  /** All of which the names begin so. */
  async removeAll(prefix: string): Promise<void> {
    for (const name of readdirSync('/sys/class/net')) if (name.startsWith(prefix)) await this.remove(name);
  }

  /** A setting below /proc/sys. One that is right already is not written: /proc/sys may be read-only. A failure is logged. */
  set(key: string, value: string): void {
    const path = `/proc/sys/${key}`;
    try {
      if (readFileSync(path, 'utf8').trim() !== value) writeFileSync(path, value);
    } catch (error) {
      this.#logger.warn('a kernel setting could not be made', { path, value, reason: messageOf(error) });
    }
  }
}

function aliasOf(networkId: string): string {
  return `slipway network ${networkId}`;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** What is waited for takes less than a turn of the event loop may. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
