import { type Address, addressBytes } from '../../base/cidr.ts';
import { AF_INET, AF_INET6, ATTRIBUTE, attribute, message, NLM, RTM, u32 } from './message.ts';

const IFA_F_NODAD = 0x02;

function familyOf({ family }: Address): number {
  return family === 4 ? AF_INET : AF_INET6;
}

/** `struct ifaddrmsg` and the address; replaces the same one silently. IPv6 addresses hold at once: nobody else was given them. */
export function addAddress(index: number, address: Address, prefixLength: number): Uint8Array {
  const header = Uint8Array.of(familyOf(address), prefixLength, address.family === 6 ? IFA_F_NODAD : 0, 0, ...u32(index));
  const bytes = addressBytes(address);
  return message(RTM.NEWADDR, NLM.CREATE | NLM.REPLACE, header, attribute(ATTRIBUTE.IFA_LOCAL, bytes), attribute(ATTRIBUTE.IFA_ADDRESS, bytes));
}

/** `struct rtmsg`: the default route of the main table through a gateway, instead of the one there is. */
export function setDefaultRoute(index: number, gateway: Address): Uint8Array {
  const RT_SCOPE_UNIVERSE = 0;
  return defaultRoute(familyOf(gateway), RT_SCOPE_UNIVERSE, attribute(ATTRIBUTE.RTA_GATEWAY, addressBytes(gateway)), attribute(ATTRIBUTE.RTA_OIF, u32(index)));
}

/** The default route by a link that finds every address itself (ipvlan of layer 3). */
export function setDefaultLink(index: number, family: 4 | 6): Uint8Array {
  const [RT_SCOPE_UNIVERSE, RT_SCOPE_LINK] = [0, 253];
  return defaultRoute(family === 4 ? AF_INET : AF_INET6, family === 4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE, attribute(ATTRIBUTE.RTA_OIF, u32(index)));
}

function defaultRoute(family: number, scope: number, ...attributes: readonly Uint8Array[]): Uint8Array {
  const [RT_TABLE_MAIN, RTPROT_BOOT, RTN_UNICAST] = [254, 3, 1];
  const header = Uint8Array.of(family, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, scope, RTN_UNICAST, 0, 0, 0, 0);
  return message(RTM.NEWROUTE, NLM.CREATE | NLM.REPLACE, header, ...attributes);
}
