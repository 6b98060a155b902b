import { AF_BRIDGE, AF_INET6, ATTRIBUTE, attribute, IFF_UP, linkHeader, message, NESTED, NLM, RTM, SENDER, text, u16, u32 } from './message.ts';

/** A request of the host of which the u32 at `pidOffset` is to be set to a process's pid: a link is made in that one's network namespace. */
export interface ForProcess {
  readonly message: Uint8Array;
  readonly pidOffset: number;
}

/** A link that is born in the namespace of a process, so that it need not be moved there later, which would cost a grace period. */
export interface InnerLink {
  readonly name: string;
  readonly index: number;
  /** Absent: the kernel's choice, or what the link below has. */
  readonly mac?: string;
  /** 0: the kernel's choice. */
  readonly mtu: number;
}

export interface VethPair {
  /** The end that stays on the host, with its index there. */
  readonly hostName: string;
  readonly hostIndex: number;
  readonly bridgeIndex: number;
  readonly peer: InnerLink;
}

export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru';
export type IpvlanMode = 'l2' | 'l3' | 'l3s';
export type IpvlanFlag = 'bridge' | 'private' | 'vepa';

const MACVLAN_MODES: Readonly<Record<MacvlanMode, number>> = { private: 1, vepa: 2, bridge: 4, passthru: 8 };
const IPVLAN_MODES: Readonly<Record<IpvlanMode, number>> = { l2: 0, l3: 1, l3s: 2 };
const IPVLAN_FLAGS: Readonly<Record<IpvlanFlag, number>> = { bridge: 0, private: 1, vepa: 2 };
const IN6_ADDR_GEN_MODE_NONE = 1;
const PID_MARK = 0x7f3a9c15;

function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':').map((part) => Number.parseInt(part, 16)));
}

function mtuOf(mtu: number): Uint8Array[] {
  return mtu === 0 ? [] : [attribute(ATTRIBUTE.IFLA_MTU, u32(mtu))];
}

function kindOf(kind: string, ...data: readonly Uint8Array[]): Uint8Array {
  const details = data.length === 0 ? [] : [attribute(ATTRIBUTE.IFLA_INFO_DATA, ...data)];
  return attribute(ATTRIBUTE.IFLA_LINKINFO, attribute(ATTRIBUTE.IFLA_INFO_KIND, text(kind)), ...details);
}

function innerAttributes({ name, mac, mtu }: InnerLink): Uint8Array[] {
  return [
    attribute(ATTRIBUTE.IFLA_IFNAME, text(name)),
    ...(mac === undefined ? [] : [attribute(ATTRIBUTE.IFLA_ADDRESS, macBytes(mac))]),
    ...mtuOf(mtu),
    attribute(ATTRIBUTE.IFLA_NET_NS_PID, u32(PID_MARK)),
  ];
}

function forProcess(bytes: Uint8Array): ForProcess {
  return { message: bytes, pidOffset: Buffer.from(bytes.buffer).indexOf(u32(PID_MARK)) };
}

/** Sets a link up by its name. */
export function linkUp(name: string): Uint8Array {
  return message(RTM.NEWLINK, 0, linkHeader(0, IFF_UP), attribute(ATTRIBUTE.IFLA_IFNAME, text(name)));
}

/** By its index, which nobody can change. */
export function linkUpAt(index: number): Uint8Array {
  return message(RTM.NEWLINK, 0, linkHeader(index, IFF_UP));
}

export function removeLink(name: string): Uint8Array {
  return message(RTM.DELLINK, 0, linkHeader(0, 0), attribute(ATTRIBUTE.IFLA_IFNAME, text(name)));
}

export function removeLinkAt(index: number): Uint8Array {
  return message(RTM.DELLINK, 0, linkHeader(index, 0));
}

/** A note on a link that others see as well. */
export function setLinkAlias(name: string, alias: string): Uint8Array {
  const words = attribute(ATTRIBUTE.IFLA_IFALIAS, new TextEncoder().encode(alias));
  return message(RTM.NEWLINK, 0, linkHeader(0, 0, 0), attribute(ATTRIBUTE.IFLA_IFNAME, text(name)), words);
}

/** Has the kernel give a link no IPv6 address of its own. */
export function withoutOwnIPv6(index: number): Uint8Array {
  const mode = attribute(ATTRIBUTE.IFLA_INET6_ADDR_GEN_MODE, Uint8Array.of(IN6_ADDR_GEN_MODE_NONE));
  return message(RTM.NEWLINK, 0, linkHeader(index, 0, 0), attribute(ATTRIBUTE.IFLA_AF_SPEC, attribute(AF_INET6, mode)));
}

/** A bridge that is up. A fixed MAC keeps the neighbours' caches right when links join and leave. */
export function addBridge(name: string, mac: string, mtu: number): Uint8Array {
  return message(
    RTM.NEWLINK,
    NLM.CREATE | NLM.EXCL,
    linkHeader(0, IFF_UP),
    attribute(ATTRIBUTE.IFLA_IFNAME, text(name)),
    attribute(ATTRIBUTE.IFLA_ADDRESS, macBytes(mac)),
    ...mtuOf(mtu),
    kindOf('bridge'),
  );
}

/** A link that leads nowhere, for others to stand on. */
export function addDummy(name: string): Uint8Array {
  return message(RTM.NEWLINK, NLM.CREATE | NLM.EXCL, linkHeader(0, IFF_UP), attribute(ATTRIBUTE.IFLA_IFNAME, text(name)), kindOf('dummy'));
}

/** Two links of the host of which each leads to the other; they go together. The second one is to be set up. */
export function addPair(name: string, peerName: string): Uint8Array {
  const peer = attribute(ATTRIBUTE.VETH_INFO_PEER, linkHeader(0, 0), attribute(ATTRIBUTE.IFLA_IFNAME, text(peerName)));
  const own = attribute(ATTRIBUTE.IFLA_IFNAME, text(name));
  return message(RTM.NEWLINK, NLM.CREATE | NLM.EXCL, linkHeader(0, IFF_UP), own, kindOf('veth', peer));
}

/** What a link carries of one VLAN (IEEE 802.1Q), as a link of its own. */
export function addVlan(name: string, parentIndex: number, id: number): Uint8Array {
  return message(
    RTM.NEWLINK,
    NLM.CREATE | NLM.EXCL,
    linkHeader(0, IFF_UP),
    attribute(ATTRIBUTE.IFLA_IFNAME, text(name)),
    attribute(ATTRIBUTE.IFLA_LINK, u32(parentIndex)),
    kindOf('vlan', attribute(ATTRIBUTE.IFLA_VLAN_ID, u16(id))),
  );
}

/** A pair of which one end is on a bridge and the other in the process's namespace. */
export function addVeth({ hostName, hostIndex, bridgeIndex, peer }: VethPair): ForProcess {
  return forProcess(
    message(
      RTM.NEWLINK,
      NLM.CREATE | NLM.EXCL,
      linkHeader(hostIndex, IFF_UP),
      attribute(ATTRIBUTE.IFLA_IFNAME, text(hostName)),
      attribute(ATTRIBUTE.IFLA_MASTER, u32(bridgeIndex)),
      ...mtuOf(peer.mtu),
      kindOf('veth', attribute(ATTRIBUTE.VETH_INFO_PEER, linkHeader(peer.index, 0), ...innerAttributes(peer))),
    ),
  );
}

/**
 * Lets a port of a bridge exchange nothing with other ports that are isolated (bridge(8), Linux 4.18); the host is no port. Of the process only in the
 * form: its pid goes to the header's nlmsg_pid, which the kernel does not read.
 */
export function isolatePort(index: number): ForProcess {
  const port = attribute(ATTRIBUTE.IFLA_PROTINFO | NESTED, attribute(ATTRIBUTE.IFLA_BRPORT_ISOLATED, Uint8Array.of(1)));
  const header = linkHeader(index, 0);
  header[0] = AF_BRIDGE;
  return { message: message(RTM.SETLINK, 0, header, port), pidOffset: SENDER };
}

/** A link with a MAC of its own on a link of the host. */
export function addMacvlan(parentIndex: number, mode: MacvlanMode, link: InnerLink): ForProcess {
  return addOn(parentIndex, link, kindOf('macvlan', attribute(ATTRIBUTE.IFLA_MACVLAN_MODE, u32(MACVLAN_MODES[mode]))));
}

/** A link with the MAC of the host's link and addresses of its own. */
export function addIpvlan(parentIndex: number, mode: IpvlanMode, flag: IpvlanFlag, link: InnerLink): ForProcess {
  const data = [attribute(ATTRIBUTE.IFLA_IPVLAN_MODE, u16(IPVLAN_MODES[mode])), attribute(ATTRIBUTE.IFLA_IPVLAN_FLAGS, u16(IPVLAN_FLAGS[flag]))];
  return addOn(parentIndex, link, kindOf('ipvlan', ...data));
}

function addOn(parentIndex: number, link: InnerLink, kind: Uint8Array): ForProcess {
  const below = attribute(ATTRIBUTE.IFLA_LINK, u32(parentIndex));
  return forProcess(message(RTM.NEWLINK, NLM.CREATE | NLM.EXCL, linkHeader(link.index, 0), ...innerAttributes(link), below, kind));
}
