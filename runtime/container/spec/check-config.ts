import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import { parseLink } from './links.ts';
import { checkNameResolution } from './name-resolution.ts';

/** This engine's own name and those that clients send for Docker's: there is one runtime, whatever it is called. */
const RUNTIMES: ReadonlySet<string> = new Set(['', 'slipway', 'runc', 'io.containerd.runc.v2']);
const MAC_ADDRESS = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i;
/** setdomainname(2) */
const MAX_DOMAIN = 64;

/**
 * Checks what no other part of the spec reads, and what does not go together, in a configuration as a client sent it: what an
 * image adds (a port, a host name) is no conflict. Throws InvalidArgument in Docker's words.
 */
export function checkConfig(asked: ContainerConfig): void {
  const host = asked.HostConfig ?? {};
  if (!RUNTIMES.has(host.Runtime ?? '')) throw refused(`unknown or invalid runtime name: ${(host.Runtime ?? '').slice(0, 100)}`);
  const [storage] = Object.keys(host.StorageOpt ?? {});
  if (storage !== undefined)
    throw refused(`StorageOpt: ${storage.slice(0, 100)}: this engine limits no writable layer: overlayfs has quotas on few file systems`);
  if (host.Isolation && host.Isolation.toLowerCase() !== 'default') throw refused(`invalid isolation '${host.Isolation.slice(0, 100)}' on linux`);
  if (Object.hasOwn(host.Annotations ?? {}, '')) throw refused('invalid Annotations: the empty string is not permitted as an annotation key');
  const domain = asked.Domainname ?? '';
  if (Buffer.byteLength(domain) > MAX_DOMAIN || /[\0\s]/.test(domain)) throw refused(`invalid domainname format: ${domain.slice(0, 100)}`);
  if (asked.MacAddress) checkMacAddress(asked.MacAddress);
  for (const link of host.Links ?? []) parseLink(link);
  checkNameResolution(host);
  checkNetworkConflicts(asked, host);
}

/** Throws InvalidArgument unless it is a MAC address that one interface can have. */
export function checkMacAddress(text: string): void {
  const first = Number.parseInt(text.slice(0, 2), 16);
  if (!MAC_ADDRESS.test(text) || (first & 1) === 1) throw refused(`${text.slice(0, 100)} is not a valid mac address`);
}

function checkNetworkConflicts(asked: ContainerConfig, host: HostConfig): void {
  const mode = host.NetworkMode ?? '';
  const isContainer = mode.startsWith('container:');
  const mac = asked.MacAddress || Object.values(asked.NetworkingConfig?.EndpointsConfig ?? {}).some((endpoint) => endpoint?.MacAddress);
  const conflicts: readonly (readonly [boolean, string])[] = [
    [isContainer && Boolean(asked.Hostname), 'hostname and the network mode'],
    [host.UTSMode === 'host' && Boolean(asked.Hostname), 'hostname and the UTS mode'],
    [isContainer && hasAny(host.Links), "container type network can't be used with links. This would result in undefined behavior"],
    [mode === 'host' && hasAny(host.Links), "host type networking can't be used with links. This would result in undefined behavior"],
    [isContainer && hasAny(host.Dns), 'dns and the network mode'],
    [isContainer && hasAny(host.ExtraHosts), 'custom host-to-IP mapping and the network mode'],
    [(isContainer || mode === 'host') && Boolean(mac), 'mac-address and the network mode'],
    [isContainer && (hasAny(Object.keys(host.PortBindings ?? {})) || host.PublishAllPorts === true), 'port publishing and the container type network mode'],
    [isContainer && hasAny(Object.keys(asked.ExposedPorts ?? {})), 'port exposing and the container type network mode'],
  ];
  const found = conflicts.find(([holds]) => holds);
  if (found !== undefined) throw refused(`conflicting options: ${found[1]}`);
}

function hasAny(list: readonly string[] | null | undefined): boolean {
  return (list?.length ?? 0) > 0;
}

function refused(text: string): EngineError {
  return new EngineError('InvalidArgument', text);
}
