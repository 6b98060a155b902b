import { addressBytes, parseAddress } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import type { HeldPort } from '../../sys/launcher/port-proxy.ts';
import type { PortRequest, PortTarget, PublishedPort } from './port-publisher.ts';

export interface PlannedPort {
  readonly request: PortRequest;
  readonly hostAddresses: readonly string[];
  readonly held: HeldPort;
}

/** Ports that any request without one of its own may get. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
  /** Tried first, so that a port is not somebody else's right after it was given back. */
  readonly from: number;
}

/**
 * What the proxy is to hold, requests that leave no choice first. An address that is empty means all: of IPv4, and of IPv6 where the host
 * has it. Throws InvalidArgument for an address that is none, Conflict for a container that has no address to lead to.
 */
export function planPorts(requests: readonly PortRequest[], target: PortTarget, free: PortRange, hasIpv6: boolean): PlannedPort[] {
  const width = ({ hostPortFirst, hostPortLast }: PortRequest): number => (hostPortFirst === 0 ? Number.MAX_SAFE_INTEGER : hostPortLast - hostPortFirst);
  const inner = parseAddress(target.ipv4 || target.ipv6);
  if (inner === null) throw new EngineError('Conflict', 'a container without an address cannot publish ports');
  return requests
    .toSorted((a, b) => width(a) - width(b))
    .map((request) => {
      const { protocol, containerPort, hostPortFirst, hostPortLast, hostAddress } = request;
      const hostAddresses = hostAddress !== '' ? [hostAddress] : hasIpv6 ? ['0.0.0.0', '::'] : ['0.0.0.0'];
      const range = hostPortFirst === 0 ? free : { first: hostPortFirst, last: hostPortLast, from: hostPortFirst };
      const addresses = hostAddresses.map((text) => hostBytes(text));
      return { request, hostAddresses, held: { protocol, addresses, ...range, target: { address: addressBytes(inner), port: containerPort } } };
    });
}

/** What is held again exactly as it was: the addresses of one port and protocol together. */
export function planAgain(ports: readonly PublishedPort[]): PortRequest[] {
  return ports.map(({ protocol, containerPort, hostAddress, hostPort }) => ({
    protocol,
    containerPort,
    hostAddress,
    hostPortFirst: hostPort,
    hostPortLast: hostPort,
  }));
}

/** Both hold the same port on an address that both have. */
export function collide(a: PublishedPort, b: { readonly protocol: string; readonly hostAddress: string; readonly hostPort: number }): boolean {
  return a.protocol === b.protocol && a.hostPort === b.hostPort && (isAny(a.hostAddress) || isAny(b.hostAddress) || a.hostAddress === b.hostAddress);
}

function isAny(address: string): boolean {
  return address === '' || parseAddress(address)?.value === 0n;
}

function hostBytes(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === null) throw new EngineError('InvalidArgument', `invalid IP address "${text.slice(0, 100)}" for a published port`);
  return addressBytes(address);
}
