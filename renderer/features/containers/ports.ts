import type { ContainerRow } from '../../../runtime/api/types/feed.ts';

export interface PublishedPort {
  readonly host: number;
  readonly container: number;
  readonly protocol: string;
  /** Empty: no browser can open it, or it cannot be reached as localhost. */
  readonly url: string;
}

/** Addresses under which this machine reaches the port as localhost. */
const LOCAL = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1']);
const TLS = new Set([443, 8443]);

/** Ports of this machine that lead into the container, once each whatever the number of addresses, by number. */
export function publishedPorts({ ports }: Pick<ContainerRow, 'ports'>): readonly PublishedPort[] {
  const found = new Map<string, PublishedPort>();
  for (const { host, container, protocol, address } of ports) {
    if (host === null) continue;
    const key = `${host}/${protocol}`;
    const url = protocol === 'tcp' && LOCAL.has(address) ? `${TLS.has(container) ? 'https' : 'http'}://localhost:${host}` : '';
    if (url !== '' || !found.has(key)) found.set(key, { host, container, protocol, url });
  }
  return [...found.values()].toSorted((a, b) => a.host - b.host);
}

export const portText = ({ host, container, protocol }: PublishedPort): string => `${host}:${container}${protocol === 'tcp' ? '' : `/${protocol}`}`;

export const openUrl = (url: string): void => void window.open(url, '_blank', 'noreferrer');
