import { closeSync } from 'node:fs';
import { EngineError } from '../../../base/errors.ts';
import { AF_NETLINK, SO, SOCK, SOL_SOCKET } from '../../constants.ts';
import { errnoName } from '../../errno.ts';
import type { Syscalls } from '../../syscalls.ts';
import { acknowledgements } from './acknowledgements.ts';
import { decodeChains, type NftChain } from './chains.ts';
import { NETLINK_NETFILTER, repliesOn } from './replies.ts';
import { encodeBatch, encodeChainsRequest, type NftMessage } from './wire.ts';

/** Below the smallest default of net.core.wmem_default; larger datagrams need room made for them. */
const SMALL_BATCH = 64 * 1024;

/** Transactions of nf_tables in the engine's own network namespace. */
export class NftSocket implements Disposable {
  readonly #syscalls: Syscalls;
  readonly #fd: number;

  constructor(syscalls: Syscalls) {
    this.#syscalls = syscalls;
    this.#fd = syscalls.socket(AF_NETLINK, SOCK.RAW | SOCK.CLOEXEC, NETLINK_NETFILTER);
  }

  /**
   * All of the messages or none. Throws Unavailable with details {step, errno} for the first that was refused; EPROTONOSUPPORT or
   * EOPNOTSUPP where the kernel has no nf_tables.
   */
  transact(messages: readonly NftMessage[]): void {
    if (messages.length === 0) return;
    const batch = encodeBatch(messages);
    if (batch.length > SMALL_BATCH) this.#syscalls.setsockopt(this.#fd, SOL_SOCKET, SO.SNDBUFFORCE, batch.length * 2);
    this.#syscalls.send(this.#fd, batch, 0);
    let done = false;
    let refused: { readonly step: string; readonly errno: string } | undefined;
    for (const { sequence, errno } of repliesOn(this.#syscalls, this.#fd).flatMap(acknowledgements)) {
      if (errno === 0) done ||= sequence === messages.length;
      else refused ??= { step: messages[sequence - 1]?.step ?? 'the transaction', errno: errnoName(errno) };
    }
    if (!done) refused ??= { step: 'the transaction', errno: 'ENOBUFS' };
    if (refused !== undefined) throw new EngineError('Unavailable', `nf_tables: ${refused.step}: ${refused.errno}`, { details: { ...refused } });
  }

  /** The base chains of all tables, also those of others. Throws Unavailable as `transact` does. */
  chains(): NftChain[] {
    this.#syscalls.send(this.#fd, encodeChainsRequest(), 0);
    const found: NftChain[] = [];
    for (const reply of repliesOn(this.#syscalls, this.#fd)) {
      found.push(...decodeChains(reply));
      const refused = acknowledgements(reply).find(({ errno }) => errno !== 0);
      if (refused !== undefined) throw new EngineError('Unavailable', `nf_tables: listing chains: ${errnoName(refused.errno)}`);
    }
    return found;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
