import { EngineError, isKind } from '../../base/errors.ts';
import {
  addDummy,
  addIpvlan,
  addMacvlan,
  addPair,
  addVlan,
  type ForProcess,
  type IpvlanFlag,
  type IpvlanMode,
  linkUp,
  type MacvlanMode,
} from '../../sys/netlink/link.ts';
import type { Network } from '../network-service.ts';
import type { DriverLink, NetworkDriver } from './driver.ts';
import type { HostLinks } from './host-links.ts';
import { checkKnown, INTERFACE_PREFIX, interfacePrefixOf, linkNameOf, MTU, mtuOf, wordOf } from './options.ts';

const PARENT = 'parent';
const LARGEST_VLAN = 4094;

/** Macvlan and ipvlan alike: interfaces on a link of the host's, or on one that leads nowhere. */
abstract class ParentedDriver implements NetworkDriver {
  abstract readonly options: ReadonlySet<string>;
  abstract readonly hasMac: boolean;
  readonly hasEndpoints = true;
  protected readonly links: HostLinks;

  constructor(links: HostLinks) {
    this.links = links;
  }

  check(network: Network): void {
    checkKnown(network, this.options);
    mtuOf(network);
    interfacePrefixOf(network);
    const parent = linkNameOf(network, PARENT);
    if (parent !== '' && this.links.indexOf(parent) === null) vlanOf(parent);
  }

  setUp(network: Network): void {
    const name = parentOf(network);
    if (this.links.indexOf(name) !== null) return;
    if (isOwnParent(network)) {
      this.#addOwnParent(network, name);
      return;
    }
    const { below, id } = vlanOf(name);
    const index = this.links.indexOf(below);
    if (index === null) throw new EngineError('InvalidArgument', `network ${network.name}: the parent ${below} does not exist`);
    this.links.request(`adding vlan ${name}`, addVlan(name, index, id));
    this.links.claim(name, network.id);
    this.links.request(`setting ${name} up`, linkUp(name));
  }

  #addOwnParent(network: Network, name: string): void {
    try {
      this.links.request(`adding link ${name}`, addDummy(name));
    } catch (error) {
      if (!isKind(error, 'Internal') || error.details['errno'] !== 'ENOTSUP') throw error;
      // A kernel without dummy links: one that leads to its like alone does as well.
      const other = `dp-${network.id.slice(0, 12)}`;
      this.links.request(`adding link ${name}`, addPair(name, other));
      this.links.request(`setting ${other} up`, linkUp(other));
      for (const end of [name, other]) this.links.set(`net/ipv6/conf/${end}/disable_ipv6`, '1');
    }
  }

  link(network: Network, link: DriverLink): readonly ForProcess[] {
    const index = this.links.indexOf(parentOf(network));
    if (index === null) throw new EngineError('Unavailable', `the parent ${parentOf(network)} of network ${network.name} is gone`);
    return [this.linkOn(network, index, link)];
  }

  protected abstract linkOn(network: Network, parentIndex: number, link: DriverLink): ForProcess;
  abstract routesByLink(network: Network): boolean;

  async tearDown(network: Network): Promise<void> {
    const name = parentOf(network);
    if (isOwnParent(network) || this.links.isClaimed(name, network.id)) await this.links.remove(name);
  }
}

export class MacvlanDriver extends ParentedDriver {
  readonly options: ReadonlySet<string> = new Set([PARENT, 'macvlan_mode', MTU, INTERFACE_PREFIX]);
  readonly hasMac = true;

  override check(network: Network): void {
    super.check(network);
    macvlanMode(network);
  }

  protected linkOn(network: Network, parentIndex: number, link: DriverLink): ForProcess {
    return addMacvlan(parentIndex, macvlanMode(network), link);
  }

  routesByLink(): boolean {
    return false;
  }
}

export class IpvlanDriver extends ParentedDriver {
  readonly options: ReadonlySet<string> = new Set([PARENT, 'ipvlan_mode', 'ipvlan_flag', MTU, INTERFACE_PREFIX]);
  /** All have that of the parent. */
  readonly hasMac = false;

  override check(network: Network): void {
    super.check(network);
    ipvlanMode(network);
    ipvlanFlag(network);
  }

  protected linkOn(network: Network, parentIndex: number, { mac: _, ...link }: DriverLink): ForProcess {
    return addIpvlan(parentIndex, ipvlanMode(network), ipvlanFlag(network), link);
  }

  routesByLink(network: Network): boolean {
    return ipvlanMode(network) !== 'l2';
  }
}

function macvlanMode(network: Network): MacvlanMode {
  return wordOf(network, 'macvlan_mode', ['bridge', 'private', 'vepa', 'passthru']);
}

function ipvlanMode(network: Network): IpvlanMode {
  return wordOf(network, 'ipvlan_mode', ['l2', 'l3', 'l3s']);
}

function ipvlanFlag(network: Network): IpvlanFlag {
  return wordOf(network, 'ipvlan_flag', ['bridge', 'private', 'vepa']);
}

function isOwnParent({ options }: Network): boolean {
  return !options[PARENT];
}

function parentOf({ id, options }: Network): string {
  return options[PARENT] || `dm-${id.slice(0, 12)}`;
}

/** `eth0.50`: a VLAN that is made when it is not there. Throws InvalidArgument in Docker's words. */
function vlanOf(name: string): { readonly below: string; readonly id: number } {
  const [, below = '', digits = ''] = /^(.+)\.(\d{1,4})$/.exec(name) ?? [];
  const id = Number(digits);
  if (below === '' || id < 1 || id > LARGEST_VLAN) {
    throw new EngineError('InvalidArgument', `invalid subinterface vlan name ${name}, example formatting is eth0.10`);
  }
  return { below, id };
}
