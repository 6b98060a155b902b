import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../base/cidr.ts';
import { addAddress, setDefaultLink, setDefaultRoute } from './address.ts';
import { addIpvlan, addMacvlan, addVeth, isolatePort, linkUp, withoutOwnIPv6 } from './link.ts';
import { acknowledgedErrno } from './message.ts';

const address = (text: string) => parseAddress(text) ?? { family: 4 as const, value: 0n };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('link messages', () => {
  it('set a link up by name', () => {
    // nlmsghdr (len 40, RTM_NEWLINK, REQUEST|ACK, seq 1), ifinfomsg with IFF_UP in flags and change, IFLA_IFNAME "lo".
    expect(hex(linkUp('lo'))).toBe('2800000010000500' + '0100000000000000' + '0000000000000000' + '0100000001000000' + '070003006c6f0000');
  });

  it('give an address', () => {
    expect(hex(addAddress(5, address('10.0.0.2'), 24))).toBe(
      '2800000014000505' + '0100000000000000' + '0218000005000000' + '080002000a000002' + '080001000a000002',
    );
    // AF_INET6, length, IFA_F_NODAD.
    expect(hex(addAddress(5, address('fd00::2'), 64).subarray(16, 24))).toBe('0a40020005000000');
  });

  it('set the default route instead of another', () => {
    // NLM_F_REPLACE | NLM_F_CREATE; table main, protocol boot, unicast.
    expect(hex(setDefaultRoute(5, address('10.0.0.1')))).toBe(
      '2c00000018000505' + '0100000000000000' + '02000000fe030001' + '00000000' + '080005000a000001' + '0800040005000000',
    );
    expect(hex(setDefaultLink(5, 4).subarray(16, 24))).toBe('02000000fe03fd01');
  });

  it('keep an interface from IPv6 of its own', () => {
    expect(hex(withoutOwnIPv6(5).subarray(32))).toBe('10001a00' + '0c000a00' + '05000800' + '01000000');
  });

  it('isolate a port', () => {
    // RTM_SETLINK of AF_BRIDGE, the index, IFLA_PROTINFO (nested) with IFLA_BRPORT_ISOLATED 1; the pid goes to nlmsg_pid.
    const { message, pidOffset } = isolatePort(5);
    expect(hex(message)).toBe('2c00000013000500' + '0100000000000000' + '0700000005000000' + '0000000000000000' + '0c000c80' + '0500210001000000');
    expect(pidOffset).toBe(12);
  });

  it('say where the pid of the peer namespace goes', () => {
    const peer = { name: 'eth0', index: 2, mac: '02:42:0a:00:00:02', mtu: 1400 };
    const pair = { hostName: 'veth1', hostIndex: 9, bridgeIndex: 3, peer };
    for (const { message, pidOffset } of [addVeth(pair), addMacvlan(3, 'bridge', peer), addIpvlan(3, 'l3', 'private', peer)]) {
      // The attribute before the pid is IFLA_NET_NS_PID of eight bytes.
      expect(hex(message.subarray(pidOffset - 4, pidOffset))).toBe('08001300');
      expect(new DataView(message.buffer).getUint32(0, true)).toBe(message.length);
    }
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
