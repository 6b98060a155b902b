import { EngineError } from '../base/errors.ts';
import { formatAddress, maskOf, parseAddress, type Subnet } from './subnet.ts';

/** Addresses of one subnet by owner. The first one is the gateway's; a freed one is used again as late as possible. */
export class AddressPool {
  readonly #subnet: Subnet;
  readonly #byOwner = new Map<string, number>();
  readonly #taken = new Set<number>();
  #next: number;

  constructor(subnet: Subnet) {
    this.#subnet = subnet;
    this.#next = this.gateway + 1;
  }

  get gateway(): number {
    return this.#subnet.base + 1;
  }

  get size(): number {
    return this.#byOwner.size;
  }

  /** The owner's address, given out now or before. Unavailable when the subnet is full. */
  take(owner: string): string {
    const known = this.#byOwner.get(owner);
    if (known !== undefined) return formatAddress(known);
    const first = this.gateway + 1;
    const last = ((this.#subnet.base | ~maskOf(this.#subnet.prefixLength)) >>> 0) - 1;
    for (let tried = first; tried <= last; tried++) {
      const address = this.#next;
      this.#next = address >= last ? first : address + 1;
      if (!this.#taken.has(address)) return this.#give(owner, address);
    }
    throw new EngineError('Unavailable', 'no available IPv4 addresses on this network');
  }

  /** Notes an address that a running container has from an earlier engine. Idempotent; foreign addresses are ignored. */
  restore(owner: string, text: string): void {
    const address = parseAddress(text);
    const mask = maskOf(this.#subnet.prefixLength);
    if ((address & mask) >>> 0 === this.#subnet.base && !this.#taken.has(address)) this.#give(owner, address);
  }

  /** Idempotent. */
  release(owner: string): void {
    const address = this.#byOwner.get(owner);
    if (address === undefined) return;
    this.#byOwner.delete(owner);
    this.#taken.delete(address);
  }

  #give(owner: string, address: number): string {
    this.#byOwner.set(owner, address);
    this.#taken.add(address);
    return formatAddress(address);
  }
}
