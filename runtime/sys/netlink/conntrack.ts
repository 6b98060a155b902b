import { closeSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { AF_NETLINK, SOCK } from '../constants.ts';
import { errnoName } from '../errno.ts';
import type { Syscalls } from '../syscalls.ts';
import { attribute } from './message.ts';
import { acknowledgements } from './nftables/acknowledgements.ts';
import { attributesOf, messagesOf } from './nftables/decode.ts';
import { NETLINK_NETFILTER, repliesOn } from './nftables/replies.ts';
import { be32, frame, nested } from './nftables/wire.ts';

/** Packets of one direction of a connection. */
export interface Tuple {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** One connection that the kernel knows, whatever its protocol calls so. */
export interface Connection {
  readonly family: 4 | 6;
  /** As its first packet came, before any translation. */
  readonly original: Tuple;
  /** As answers come: from where the packets went after translation. */
  readonly reply: Tuple;
  /** What names it to the kernel. */
  readonly key: Uint8Array;
}

/** CTA_* of linux/netfilter/nfnetlink_conntrack.h; those inside a tuple begin anew. */
const CTA = { ORIGINAL: 1, REPLY: 2, ID: 12, ZONE: 18, FILTER: 25 } as const;
const IN_TUPLE = { IP: 1, PROTOCOL: 2 } as const;
const ADDRESSES = { 4: [1, 2], 6: [3, 4] } as const;
const PROTOCOL = { NUMBER: 1, SOURCE_PORT: 2, DESTINATION_PORT: 3 } as const;
/** Bits of CTA_FILTER: the number of the protocol and the destination's port. */
const BY_SERVICE = (1 << 3) | (1 << 5);
const SUBSYSTEM = 1 << 8;
const KIND = { NEW: SUBSYSTEM, GET: SUBSYSTEM | 1, DELETE: SUBSYSTEM | 2 } as const;
const [REQUEST, ACK, DUMP] = [1, 4, 0x300];
const FAMILIES = { 4: 2, 6: 10 } as const;
const UDP = 17;

/** Asks for the connections of UDP to a port. Kernels before 5.8 do not know the filter and list all. */
export function encodeUdpRequest(family: 4 | 6, port: number): Uint8Array {
  const service = nested(
    IN_TUPLE.PROTOCOL,
    attribute(PROTOCOL.NUMBER, Uint8Array.of(UDP)),
    attribute(PROTOCOL.DESTINATION_PORT, Uint8Array.of(port >> 8, port & 255)),
  );
  const bits = new Uint8Array(new Uint32Array([BY_SERVICE]).buffer);
  const body = Buffer.concat([nested(CTA.ORIGINAL, service), nested(CTA.FILTER, attribute(1, bits), attribute(2, be32(0)))]);
  return frame(KIND.GET, REQUEST | DUMP, 1, FAMILIES[family], 0, body);
}

/** Connections of UDP in a datagram of the kernel; others are left out. */
export function decodeUdpConnections(datagram: Uint8Array): Connection[] {
  return [...messagesOf(datagram)].flatMap(({ type, family, body }) => {
    if (type !== KIND.NEW || (family !== FAMILIES[4] && family !== FAMILIES[6])) return [];
    const attributes = attributesOf(body);
    const [original, reply] = [attributes.get(CTA.ORIGINAL), attributes.get(CTA.REPLY)];
    const own = family === FAMILIES[4] ? 4 : 6;
    const tuples = [tupleOf(original, own), tupleOf(reply, own)] as const;
    if (original === undefined || tuples[0] === null || tuples[1] === null) return [];
    const rest = [CTA.ZONE, CTA.ID].flatMap((name) => {
      const value = attributes.get(name);
      return value === undefined ? [] : [attribute(name, value)];
    });
    // Copied: the datagram's bytes are the next one's soon.
    return { family: own, original: tuples[0], reply: tuples[1], key: Buffer.concat([nested(CTA.ORIGINAL, original), ...rest]) };
  });
}

/** Null for what is not UDP. */
function tupleOf(bytes: Uint8Array | undefined, family: 4 | 6): Tuple | null {
  const parts = attributesOf(bytes ?? new Uint8Array());
  const protocol = attributesOf(parts.get(IN_TUPLE.PROTOCOL) ?? new Uint8Array());
  const addresses = attributesOf(parts.get(IN_TUPLE.IP) ?? new Uint8Array());
  const [source, destination] = ADDRESSES[family].map((name) => addresses.get(name)?.slice());
  const port = (name: number): number => ((protocol.get(name)?.[0] ?? 0) << 8) | (protocol.get(name)?.[1] ?? 0);
  if (source === undefined || destination === undefined || protocol.get(PROTOCOL.NUMBER)?.[0] !== UDP) return null;
  return { source, destination, sourcePort: port(PROTOCOL.SOURCE_PORT), destinationPort: port(PROTOCOL.DESTINATION_PORT) };
}

/** The kernel's memory of connections, of the engine's own network namespace. */
export class ConntrackSocket implements Disposable {
  readonly #syscalls: Syscalls;
  readonly #fd: number;

  constructor(syscalls: Syscalls) {
    this.#syscalls = syscalls;
    this.#fd = syscalls.socket(AF_NETLINK, SOCK.RAW | SOCK.CLOEXEC, NETLINK_NETFILTER);
  }

  /** Those of UDP to a port, some at a time. Throws Unavailable where the kernel does not tell. */
  *udpTo(family: 4 | 6, port: number): Generator<readonly Connection[]> {
    this.#syscalls.send(this.#fd, encodeUdpRequest(family, port), 0);
    for (const reply of repliesOn(this.#syscalls, this.#fd)) {
      this.#check('listing connections', reply, []);
      yield decodeUdpConnections(reply).filter(({ original }) => original.destinationPort === port);
    }
  }

  /** Idempotent. The next packet begins a new one, by the rules as they are then. */
  forget({ family, key }: Connection): void {
    this.#syscalls.send(this.#fd, frame(KIND.DELETE, REQUEST | ACK, 1, FAMILIES[family], 0, key), 0);
    for (const reply of repliesOn(this.#syscalls, this.#fd)) this.#check('forgetting a connection', reply, ['ENOENT']);
  }

  #check(step: string, reply: Uint8Array, accept: readonly string[]): void {
    const refused = acknowledgements(reply).find(({ errno }) => errno !== 0 && !accept.includes(errnoName(errno)));
    if (refused !== undefined) throw new EngineError('Unavailable', `conntrack: ${step}: ${errnoName(refused.errno)}`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
