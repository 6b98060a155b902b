import { describe, expect, it } from 'vitest';
import { addAddress, addVeth, linkUp } from './link.ts';
import { acknowledgedErrno } from './message.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('link messages', () => {
  it('set a link up by name', () => {
    // nlmsghdr (len 40, RTM_NEWLINK, REQUEST|ACK, seq 1), ifinfomsg with IFF_UP in flags and change, IFLA_IFNAME "lo".
    expect(hex(linkUp('lo'))).toBe('2800000010000500' + '0100000000000000' + '0000000000000000' + '0100000001000000' + '070003006c6f0000');
  });

  it('give an address', () => {
    expect(hex(addAddress(5, '10.0.0.2', 24))).toBe('2800000014000505' + '0100000000000000' + '0218000005000000' + '080002000a000002' + '080001000a000002');
  });

  it('say where the pid of the peer namespace goes', () => {
    const pair = { hostName: 'veth1', hostIndex: 9, bridgeIndex: 3, peerName: 'eth0', peerIndex: 2, peerMac: '02:42:0a:00:00:02' };
    const { message, pidOffset } = addVeth(pair);
    // The attribute before the pid is IFLA_NET_NS_PID of eight bytes.
    expect(hex(message.subarray(pidOffset - 4, pidOffset))).toBe('08001300');
    expect(new DataView(message.buffer).getUint32(0, true)).toBe(message.length);
  });
});

describe('acknowledgedErrno', () => {
  it('reads success and failure', () => {
    const reply = (errno: number): Uint8Array => {
      const bytes = new DataView(new ArrayBuffer(36));
      bytes.setUint16(4, 2, true);
      bytes.setInt32(16, -errno, true);
      return new Uint8Array(bytes.buffer);
    };
    expect([acknowledgedErrno(reply(0)), acknowledgedErrno(reply(17))]).toEqual([0, 17]);
    expect(() => acknowledgedErrno(new Uint8Array(3))).toThrow('no acknowledgement');
  });
});
