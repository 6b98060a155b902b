import { MSG_DONTWAIT } from '../../constants.ts';
import { hasCode } from '../../errno.ts';
import type { Syscalls } from '../../syscalls.ts';

export const NETLINK_NETFILTER = 12;
/** What the kernel puts into one datagram of a list at most. */
const REPLY_BYTES = 32 * 1024;

/**
 * The datagrams that wait on a socket of the packet filter: the kernel has answered when the send returns, and goes on with a list at each receive.
 * Each is overwritten by the next one.
 */
export function* repliesOn(syscalls: Syscalls, fd: number): Generator<Uint8Array> {
  const reply = new Uint8Array(REPLY_BYTES);
  for (;;) {
    let length: number;
    try {
      length = syscalls.receive(fd, reply, MSG_DONTWAIT);
    } catch (error) {
      if (hasCode(error, 'EAGAIN')) return;
      throw error;
    }
    yield reply.subarray(0, length);
  }
}
