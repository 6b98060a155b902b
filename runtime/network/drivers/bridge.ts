import { createHash, randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import { parseAddress, parseCidr } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import { addAddress } from '../../sys/netlink/address.ts';
import { addBridge, addVeth, type ForProcess, isolatePort, linkUp } from '../../sys/netlink/link.ts';
import type { FirewallNetwork } from '../firewall/firewall.ts';
import type { Network } from '../network-service.ts';
import type { DriverLink, NetworkDriver } from './driver.ts';
import type { HostLinks } from './host-links.ts';
import { BRIDGE, checkKnown, flagOf, INTERFACE_PREFIX, interfacePrefixOf, linkNameOf, MTU, mtuOf, wordOf } from './options.ts';

const NAME = `${BRIDGE}name`;
/** Where ports are published that do not say where. */
export const HOST_ADDRESS = `${BRIDGE}host_binding_ipv4`;
const MODES = ['nat', 'isolated'] as const;
/** Docker's, in which containers are reached by their own addresses; no rule here opens that way. */
const OPEN_MODES = ['nat-unprotected', 'routed'];
const MODE_IPV4 = `${BRIDGE}gateway_mode_ipv4`;
const MODE_IPV6 = `${BRIDGE}gateway_mode_ipv6`;
/** Indexes of the host's ends are chosen by us, above those that the kernel counts up. */
const FIRST_INDEX = 1 << 20;
const LAST_INDEX = 1 << 30;
/** Of the ends of one container: what fits behind the prefix into the 15 characters of a link's name. */
const NAMES = 36 ** 4;

/** A switch on the host, with the host as its gateway. */
export class BridgeDriver implements NetworkDriver {
  readonly options: ReadonlySet<string> = new Set([
    ...['name', 'enable_icc', 'enable_ip_masquerade', 'host_binding_ipv4', 'inhibit_ipv4', 'default_bridge'].map((name) => BRIDGE + name),
    MODE_IPV4,
    MODE_IPV6,
    MTU,
    INTERFACE_PREFIX,
  ]);
  readonly hasMac = true;
  readonly hasEndpoints = true;
  readonly #links: HostLinks;
  #made = randomInt(NAMES);

  constructor(links: HostLinks) {
    this.#links = links;
  }

  check(network: Network): void {
    checkKnown(network, this.options);
    for (const name of ['enable_icc', 'enable_ip_masquerade', 'inhibit_ipv4', 'default_bridge']) flagOf(network, BRIDGE + name, false);
    for (const mode of [MODE_IPV4, MODE_IPV6]) {
      refuseOpen(mode, network.options[mode] ?? '');
      wordOf(network, mode, MODES);
    }
    mtuOf(network);
    linkNameOf(network, NAME);
    interfacePrefixOf(network);
    const address = network.options[HOST_ADDRESS];
    if (address !== undefined && isIP(address) !== 4)
      throw new EngineError('InvalidArgument', `invalid value for network option ${HOST_ADDRESS}: "${address.slice(0, 100)}"`);
  }

  /** A bridge that is there already and not this network's is used, and left when the network goes. */
  setUp(network: Network): void {
    const name = bridgeNameOf(network);
    if (this.#links.indexOf(name) === null) {
      this.#links.request(`adding bridge ${name}`, addBridge(name, bridgeMac(network), mtuOf(network)));
      if (network.options[NAME] !== undefined) this.#links.claim(name, network.id);
    } else this.#links.request(`setting bridge ${name} up`, linkUp(name));
    this.#configure(network, name, this.#links.indexOf(name) ?? 0);
  }

  #configure(network: Network, name: string, index: number): void {
    const isIsolated = (mode: string): boolean => network.options[mode] === 'isolated';
    const isInhibited = flagOf(network, `${BRIDGE}inhibit_ipv4`, false);
    this.#links.set(`net/ipv6/conf/${name}/accept_ra`, '0');
    // Without IPv6 the containers would reach the host by the bridge's link-local address.
    this.#links.set(`net/ipv6/conf/${name}/disable_ipv6`, network.enableIPv6 ? '0' : '1');
    for (const { subnet, gateway } of network.pools) {
      const [address, block] = [parseAddress(gateway), parseCidr(subnet)?.block];
      if (address === null || block === undefined || (address.family === 4 ? isInhibited || isIsolated(MODE_IPV4) : isIsolated(MODE_IPV6))) continue;
      this.#links.request(`giving ${name} the address ${gateway}`, addAddress(index, address, block.prefixLength));
    }
  }

  link(network: Network, { containerId, ...peer }: DriverLink): readonly ForProcess[] {
    const bridgeIndex = this.#links.indexOf(bridgeNameOf(network));
    if (bridgeIndex === null) throw new EngineError('Internal', `bridge ${bridgeNameOf(network)} of network ${network.name} is gone`);
    const hostIndex = randomInt(FIRST_INDEX, LAST_INDEX);
    // Another name each time: the link of an earlier run goes with its namespace, which the kernel clears away later.
    const hostName = hostLinkPrefix(containerId) + (this.#made++ % NAMES).toString(36);
    const pair = addVeth({ hostName, hostIndex, bridgeIndex, peer });
    // Not by rules alone: what one port of a bridge sends to another passes them only where br_netfilter is loaded.
    return mayMeet(network) ? [pair] : [pair, isolatePort(hostIndex)];
  }

  routesByLink(): boolean {
    return false;
  }

  async tearDown(network: Network): Promise<void> {
    const name = bridgeNameOf(network);
    if (network.options[NAME] === undefined || this.#links.isClaimed(name, network.id)) await this.#links.remove(name);
  }
}

/** Of the host's ends of a container's links. */
export function hostLinkPrefix(containerId: string): string {
  return `veth${containerId.slice(0, 7)}`;
}

export function bridgeNameOf({ id, options }: Network): string {
  return options[NAME] ?? `br-${id.slice(0, 12)}`;
}

/**
 * Locally administered, derived from the address as Docker does, so that a reused address has the same neighbour entry; from the hash of
 * any other text.
 */
export function macOf(address: string): string {
  const parsed = parseAddress(address);
  const value = parsed?.family === 4 ? parsed.value : BigInt(`0x${createHash('sha256').update(address).digest('hex').slice(0, 8)}`);
  return ['02', '42', ...[24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString(16).padStart(2, '0'))].join(':');
}

function bridgeMac({ id, pools }: Network): string {
  return macOf(pools.find(({ gateway }) => gateway !== '')?.gateway ?? id);
}

function refuseOpen(option: string, mode: string): void {
  if (!OPEN_MODES.includes(mode)) return;
  throw new EngineError(
    'InvalidArgument',
    `network option ${option}: ${mode} is not supported: containers are reached from outside by published ports alone (nat), or not at all (isolated)`,
  );
}

function mayMeet(network: Network): boolean {
  return flagOf(network, `${BRIDGE}enable_icc`, true);
}

/** How the rules see it. */
export function firewallNetworkOf(network: Network): FirewallNetwork {
  const isNat = [MODE_IPV4, MODE_IPV6].every((mode) => network.options[mode] !== 'isolated');
  return {
    id: network.id,
    bridge: bridgeNameOf(network),
    subnets: network.pools.map(({ subnet }) => subnet),
    internal: network.internal,
    interContainer: mayMeet(network),
    masquerade: isNat && flagOf(network, `${BRIDGE}enable_ip_masquerade`, true),
  };
}
