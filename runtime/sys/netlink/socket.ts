import { closeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { AF_NETLINK, SOCK } from '../constants.ts';
import { errnoName } from '../errno.ts';
import type { Syscalls } from '../syscalls.ts';
import { acknowledgedErrno } from './message.ts';

const NETLINK_ROUTE = 0;
const REPLY_BYTES = 8192;

/** Requests to the kernel's network configuration in the engine's own network namespace, one after the other. */
export class RouteSocket implements Disposable {
  readonly #syscalls: Syscalls;
  readonly #fd: number;

  constructor(syscalls: Syscalls) {
    this.#syscalls = syscalls;
    this.#fd = syscalls.socket(AF_NETLINK, SOCK.RAW | SOCK.CLOEXEC, NETLINK_ROUTE);
  }

  /**
   * Sends one request and waits for its acknowledgement. `accept` names errors that are as good as success.
   * Throws Internal with details {step, errno}.
   */
  request(step: string, bytes: Uint8Array, accept: readonly string[] = []): void {
    this.#syscalls.send(this.#fd, bytes, 0);
    this.#acknowledged(step, accept);
  }

  /** As `request`, without holding up the event loop: the removal of a link takes the kernel a while. */
  async requestLater(step: string, bytes: Uint8Array, accept: readonly string[] = []): Promise<void> {
    await this.#syscalls.sendLater(this.#fd, bytes, 0);
    this.#acknowledged(step, accept);
  }

  #acknowledged(step: string, accept: readonly string[]): void {
    const reply = new Uint8Array(REPLY_BYTES);
    const length = this.#syscalls.receive(this.#fd, reply, 0);
    const errno = acknowledgedErrno(reply.subarray(0, length));
    if (errno === 0) return;
    const name = errnoName(errno);
    if (!accept.includes(name)) throw new EngineError('Internal', `rtnetlink: ${step}: ${name}`, { details: { step, errno: name } });
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
