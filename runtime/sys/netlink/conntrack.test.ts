import { expect, it } from 'vitest';
import { decodeUdpConnections, encodeUdpRequest } from './conntrack.ts';
import { attribute } from './message.ts';
import { be32, frame, nested } from './nftables/wire.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const NEW = 0x0100;

function tuple(protocol: number, source: readonly number[], destination: readonly number[], ports: readonly [number, number]): Uint8Array {
  const [from, to] = source.length === 4 ? [1, 2] : [3, 4];
  const port = (type: number, value: number): Uint8Array => attribute(type, Uint8Array.of(value >> 8, value & 255));
  return Buffer.concat([
    nested(1, attribute(from, Uint8Array.from(source)), attribute(to, Uint8Array.from(destination))),
    nested(2, attribute(1, Uint8Array.of(protocol)), port(2, ports[0]), port(3, ports[1])),
  ]);
}

it('asks for what is sent to a port', () => {
  // nfgenmsg of IPv4; CTA_TUPLE_ORIG with protocol 17 and port 53; CTA_FILTER with the bits of both.
  expect(hex(encodeUdpRequest(4, 53).subarray(16))).toBe(
    '02000000' + '18000180' + '14000280' + '0500010011000000' + '0600030000350000' + '14001980' + '0800010028000000' + '0800020000000000',
  );
});

it('reads connections of UDP alone, with what names them to the kernel', () => {
  const [client, host, container] = [
    [192, 0, 2, 2],
    [192, 0, 2, 1],
    [10, 0, 0, 2],
  ];
  const original = tuple(17, client, host, [4000, 8115]);
  const rest = [attribute(18, Uint8Array.of(0, 1)), attribute(12, be32(77))];
  const body = Buffer.concat([nested(1, original), nested(2, tuple(17, container, client, [80, 4000])), attribute(3, be32(8)), ...rest]);
  const other = Buffer.concat([nested(1, tuple(6, client, host, [1, 2])), nested(2, tuple(6, host, client, [2, 1]))]);
  const datagram = Buffer.concat([frame(NEW, 2, 1, 2, 0, other), frame(NEW, 2, 1, 2, 0, body), frame(0x0102, 2, 1, 2, 0, body), frame(NEW, 2, 1, 7, 0, body)]);
  const found = decodeUdpConnections(datagram);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ family: 4, original: { sourcePort: 4000, destinationPort: 8115 }, reply: { sourcePort: 80, destinationPort: 4000 } });
  expect([...(found[0]?.reply.source ?? [])]).toEqual(container);
  expect(hex(found[0]?.key ?? new Uint8Array())).toBe(hex(Buffer.concat([nested(1, original), ...rest])));
  expect(() => decodeUdpConnections(datagram.subarray(0, datagram.length - 4))).toThrow('netlink: a message of');
});
