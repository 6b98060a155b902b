import { AF_INET, ATTRIBUTE, attribute, IFF_UP, linkHeader, message, NLM, RTM, text, u32 } from './message.ts';

/** Four bytes of a dotted address. Throws on anything else. */
function addressBytes(address: string): Uint8Array {
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) throw new Error(`not an IPv4 address: ${address}`);
  return Uint8Array.from(bytes);
}

function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':').map((part) => Number.parseInt(part, 16)));
}

/** Sets a link up by its name. */
export function linkUp(name: string): Uint8Array {
  return message(RTM.NEWLINK, 0, linkHeader(0, IFF_UP), attribute(ATTRIBUTE.IFLA_IFNAME, text(name)));
}

export function removeLink(name: string): Uint8Array {
  return message(RTM.DELLINK, 0, linkHeader(0, 0), attribute(ATTRIBUTE.IFLA_IFNAME, text(name)));
}

/** A bridge that is up. A fixed MAC keeps the neighbours' caches right when links join and leave. */
export function addBridge(name: string, mac: string): Uint8Array {
  return message(
    RTM.NEWLINK,
    NLM.CREATE | NLM.EXCL,
    linkHeader(0, IFF_UP),
    attribute(ATTRIBUTE.IFLA_IFNAME, text(name)),
    attribute(ATTRIBUTE.IFLA_ADDRESS, macBytes(mac)),
    attribute(ATTRIBUTE.IFLA_LINKINFO, attribute(ATTRIBUTE.IFLA_INFO_KIND, text('bridge'))),
  );
}

/** `struct ifaddrmsg` and the address; replaces the same one silently. */
export function addAddress(index: number, address: string, prefixLength: number): Uint8Array {
  const header = new Uint8Array(8);
  header[0] = AF_INET;
  header[1] = prefixLength;
  new DataView(header.buffer).setUint32(4, index, true);
  const bytes = addressBytes(address);
  return message(RTM.NEWADDR, NLM.CREATE | NLM.REPLACE, header, attribute(ATTRIBUTE.IFA_LOCAL, bytes), attribute(ATTRIBUTE.IFA_ADDRESS, bytes));
}

/** `struct rtmsg`: the default route of the main table through a gateway. */
export function addDefaultRoute(index: number, gateway: string): Uint8Array {
  const [RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST] = [254, 3, 0, 1];
  const header = Uint8Array.from([AF_INET, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0, 0, 0, 0]);
  return message(
    RTM.NEWROUTE,
    NLM.CREATE | NLM.EXCL,
    header,
    attribute(ATTRIBUTE.RTA_GATEWAY, addressBytes(gateway)),
    attribute(ATTRIBUTE.RTA_OIF, u32(index)),
  );
}

export interface VethPair {
  /** The end that stays on the host, with its index there. */
  readonly hostName: string;
  readonly hostIndex: number;
  readonly bridgeIndex: number;
  /** The end that is born in the namespace of a process. */
  readonly peerName: string;
  readonly peerIndex: number;
  readonly peerMac: string;
}

/**
 * A veth pair whose peer is made directly in another process's network namespace: moving it there later would cost a
 * grace period. The u32 at `pidOffset` is to be set to that process's pid.
 */
export function addVeth(pair: VethPair): { readonly message: Uint8Array; readonly pidOffset: number } {
  const marker = 0x7f3a9c15;
  const peer = attribute(
    ATTRIBUTE.VETH_INFO_PEER,
    linkHeader(pair.peerIndex, 0),
    attribute(ATTRIBUTE.IFLA_IFNAME, text(pair.peerName)),
    attribute(ATTRIBUTE.IFLA_ADDRESS, macBytes(pair.peerMac)),
    attribute(ATTRIBUTE.IFLA_NET_NS_PID, u32(marker)),
  );
  const bytes = message(
    RTM.NEWLINK,
    NLM.CREATE | NLM.EXCL,
    linkHeader(pair.hostIndex, IFF_UP),
    attribute(ATTRIBUTE.IFLA_IFNAME, text(pair.hostName)),
    attribute(ATTRIBUTE.IFLA_MASTER, u32(pair.bridgeIndex)),
    attribute(ATTRIBUTE.IFLA_LINKINFO, attribute(ATTRIBUTE.IFLA_INFO_KIND, text('veth')), attribute(ATTRIBUTE.IFLA_INFO_DATA, peer)),
  );
  const pidOffset = Buffer.from(bytes.buffer).indexOf(u32(marker));
  return { message: bytes, pidOffset };
}
