import { type Address, type Block, contains, formatAddress, lastOf, parseAddress, parseCidr } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import type { IpamPool } from '../network-service.ts';

/** Addresses of one subnet by owner. A freed one is given out again as late as possible. */
export class AddressPool {
  readonly subnet: Block;
  readonly #first: bigint;
  readonly #last: bigint;
  readonly #byOwner = new Map<string, bigint>();
  readonly #taken = new Set<bigint>();
  readonly #reserved: ReadonlySet<bigint>;
  #next: bigint;

  constructor(pool: IpamPool) {
    const subnet = blockIn(pool.subnet);
    const range = pool.ipRange === '' ? subnet : blockIn(pool.ipRange);
    this.subnet = subnet;
    this.#reserved = new Set([...ends(subnet), ...[pool.gateway, ...Object.values(pool.auxiliary)].flatMap((text) => parseAddress(text)?.value ?? [])]);
    this.#first = range.base;
    this.#last = lastOf(range);
    this.#next = range.base;
  }

  get size(): number {
    return this.#byOwner.size;
  }

  /** A free address for the owner, who has none; null when all are taken. */
  take(owner: string): string | null {
    // Among one more than those that are not free there is a free one, unless the range ends before.
    const most = this.#taken.size + this.#reserved.size + 1;
    const there = this.#last - this.#first + 1n;
    for (let tried = 0; tried < most && BigInt(tried) < there; tried++) {
      const value = this.#next;
      this.#next = value >= this.#last ? this.#first : value + 1n;
      if (!this.#taken.has(value) && !this.#reserved.has(value)) return this.#give(owner, value);
    }
    return null;
  }

  /** A certain address, also one outside of the range. Throws PermissionDenied in Docker's words when it is another's. */
  takeThis(owner: string, address: Address): string {
    if (this.#byOwner.get(owner) === address.value) return formatAddress(address);
    if (this.#taken.has(address.value) || this.#reserved.has(address.value)) throw new EngineError('PermissionDenied', 'Address already in use');
    return this.#give(owner, address.value);
  }

  /** Notes an address that a running container has from an earlier engine. Idempotent; foreign addresses are ignored. */
  restore(owner: string, text: string): void {
    const address = parseAddress(text);
    if (address !== null && contains(this.subnet, address) && !this.#taken.has(address.value)) this.#give(owner, address.value);
  }

  /** Idempotent. */
  release(owner: string): void {
    const value = this.#byOwner.get(owner);
    if (value === undefined) return;
    this.#byOwner.delete(owner);
    this.#taken.delete(value);
  }

  #give(owner: string, value: bigint): string {
    this.#byOwner.set(owner, value);
    this.#taken.add(value);
    return formatAddress({ family: this.subnet.family, value });
  }
}

/** What is no host's: the subnet's own address and its broadcast; routers answer on the first address of an IPv6 subnet. */
function ends(subnet: Block): bigint[] {
  const bits = (subnet.family === 4 ? 32 : 128) - subnet.prefixLength;
  if (bits < 2) return [];
  return subnet.family === 4 ? [subnet.base, lastOf(subnet)] : [subnet.base];
}

function blockIn(text: string): Block {
  const parsed = parseCidr(text);
  if (parsed === null) throw new EngineError('Internal', `a stored network has the subnet ${text}`);
  return parsed.block;
}
