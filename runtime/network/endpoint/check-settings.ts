import { contains, parseAddress, parseCidr } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import type { EndpointSettings, Network } from '../network-service.ts';
import { BUILTIN } from '../network-table.ts';

const IFNAME = 'com.docker.network.endpoint.ifname';
const SYSCTLS = 'com.docker.network.endpoint.sysctls';

/** What of the settings this network can never fulfil, in Docker's words. Throws InvalidArgument. */
export function checkSettings(network: Network, settings: EndpointSettings): void {
  const isStatic = settings.ipv4Address !== '' || settings.ipv6Address !== '';
  if (Object.hasOwn(BUILTIN, network.name)) {
    if (isStatic || settings.linkLocal.length > 0) throw refused('user specified IP address is supported on user defined networks only');
    if (settings.aliases.length > 0) throw refused('network-scoped alias is supported only for containers in user defined networks');
  }
  const complaints = [
    ...addressComplaints(network, settings.ipv4Address, 4),
    ...addressComplaints(network, settings.ipv6Address, 6),
    ...settings.linkLocal.filter((text) => parseAddress(text) === null).map((text) => `invalid link-local IP address: ${text.slice(0, 100)}`),
    ...driverOptComplaints(settings.driverOpts),
  ];
  if (complaints.length > 0) throw refused(`invalid config for network ${network.name}: invalid endpoint settings:\n${complaints.join('\n')}`);
  if (isStatic && !network.hasOwnSubnets) {
    throw refused('user specified IP address is supported only when connecting to networks with user configured subnets');
  }
}

/** A sysctl of the endpoint, its interface's name in place of IFNAME. */
export function endpointSysctls({ driverOpts }: EndpointSettings, interfaceName: string): { readonly key: string; readonly value: string }[] {
  return sysctlEntries(driverOpts).map(([name, value]) => ({ key: name.replaceAll('.', '/').replace(/ifname/i, interfaceName), value }));
}

/** Empty: none is asked for. */
export function askedInterfaceName({ driverOpts }: EndpointSettings): string {
  return driverOpts[IFNAME] ?? '';
}

function addressComplaints({ pools }: Network, text: string, family: 4 | 6): string[] {
  if (text === '') return [];
  const address = parseAddress(text);
  if (address?.family !== family) return [`invalid IPv${family} address: ${text.slice(0, 100)}`];
  const blocks = pools.flatMap(({ subnet }) => parseCidr(subnet)?.block ?? []);
  return blocks.some((block) => contains(block, address)) ? [] : [`no configured subnet contains IP address ${text}`];
}

function driverOptComplaints(driverOpts: EndpointSettings['driverOpts']): string[] {
  const name = driverOpts[IFNAME];
  return [
    ...(name === undefined || /^(?!\.\.?$|lo$)[^\s/:]{1,15}$/.test(name) ? [] : [`invalid interface name ${JSON.stringify(name.slice(0, 100))}`]),
    ...sysctlEntries(driverOpts)
      .filter(([key, value]) => !/^net\.(?:ipv4|ipv6|mpls)\.[a-z]+\.ifname\.[a-z0-9_]+$/i.test(key) || value === '')
      .map(([key]) => `invalid sysctl ${JSON.stringify(key.slice(0, 100))}: net.PROTOCOL.KIND.IFNAME.SETTING=VALUE is expected`),
  ];
}

function sysctlEntries(driverOpts: EndpointSettings['driverOpts']): [string, string][] {
  const text = driverOpts[SYSCTLS] ?? '';
  if (text === '') return [];
  return text.split(',').map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
}

function refused(text: string): EngineError {
  return new EngineError('InvalidArgument', text);
}
