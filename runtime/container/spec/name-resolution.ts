import { isIP } from 'node:net';
import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';

export const HOST_GATEWAY = 'host-gateway';

/** `name:address` of ExtraHosts; an IPv6 address may stand in brackets. Throws InvalidArgument in Docker's words. */
export function parseExtraHost(entry: string): { readonly name: string; readonly address: string } {
  const [, name, text] = /^([^:=\s]+)[:=](\S*)$/.exec(entry) ?? [];
  if (name === undefined || text === undefined) throw new EngineError('InvalidArgument', `bad format for add-host: ${quoted(entry)}`);
  const address = text.replace(/^\[(.*)\]$/, '$1');
  if (address !== HOST_GATEWAY && isIP(address) === 0) throw new EngineError('InvalidArgument', `invalid IP address in add-host: ${quoted(text)}`);
  return { name, address };
}

/** Checks Dns, DnsSearch, DnsOptions and ExtraHosts. Throws InvalidArgument naming what is wrong. */
export function checkNameResolution(host: HostConfig): void {
  for (const entry of host.ExtraHosts ?? []) parseExtraHost(entry);
  for (const address of host.Dns ?? []) {
    if (isIP(address) === 0) throw new EngineError('InvalidArgument', `Dns: IP address is not correctly formatted: ${quoted(address)}`);
  }
  for (const domain of host.DnsSearch ?? []) {
    if (!/^[a-z0-9_.-]{1,255}$/i.test(domain)) throw new EngineError('InvalidArgument', `DnsSearch: ${quoted(domain)} is not a valid domain`);
  }
  for (const option of host.DnsOptions ?? []) {
    if (!/^[\x21-\x7e]{1,255}$/.test(option)) throw new EngineError('InvalidArgument', `DnsOptions: ${quoted(option)} is not an option of resolv.conf`);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 256));
}
