import { readFileSync, writeFileSync } from 'node:fs';
import { gatewaysOf } from '../../network/endpoint/gateway-order.ts';
import { hasNames } from '../../network/names/has-names.ts';
import { RESOLVER_ADDRESS } from '../../network/names/resolver-rules.ts';
import { isLoopback, nameserversOf } from '../../network/names/upstream-servers.ts';
import type { ContainerEndpoint } from '../../network/network-service.ts';
import type { Container } from '../container-service.ts';
import type { ContainerPaths } from '../directories.ts';
import { HOST_GATEWAY, parseExtraHost } from '../spec/name-resolution.ts';
import type { ContainerSpec } from '../spec/spec.ts';

const LOCALHOST = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;
/** The host's own resolvers where it resolves through systemd-resolved. */
const BEHIND_RESOLVED = '/run/systemd/resolve/resolv.conf';
/** Used where the host resolves through itself only, as Docker does; nothing else would be reachable from the container. */
const PUBLIC_NAMESERVERS = ['8.8.8.8', '8.8.4.4'];

/** Writes hosts, hostname and resolv.conf of one run; tells what to bind where. Not synced: they are made anew each time. */
export function writeEtcFiles(
  paths: ContainerPaths,
  spec: ContainerSpec,
  container: Container,
  networks: Container['networks'],
  linked: readonly string[],
): { readonly source: string; readonly target: string }[] {
  writeFileSync(paths.hostname, `${spec.hostname}\n`);
  writeFileSync(paths.hosts, hostsFile(spec, container.hostConfig.ExtraHosts ?? [], networks, linked));
  writeFileSync(paths.resolvConf, resolvConfOf(spec, container.hostConfig, networks));
  return etcFilesOf(container);
}

type ResolverKind = 'host' | 'own' | 'none';

/** resolv.conf of a container on these networks, as the host's is now. */
export function resolvConfOf(spec: ContainerSpec, host: Container['hostConfig'], networks: Container['networks']): string {
  const kind = resolverKind(spec, networks);
  const text = readHostFile('/etc/resolv.conf');
  const isLocal = kind === 'none' && nameserversOf(text).every(isLoopback);
  return resolvConf((isLocal && readHostFile(BEHIND_RESOLVED)) || text, host, kind);
}

function resolverKind({ namespaces }: ContainerSpec, networks: Container['networks']): ResolverKind {
  return namespaces.network.kind === 'host' ? 'host' : hasNames(networks) ? 'own' : 'none';
}

/** What is bound over which files of /etc. */
export function etcFilesOf(
  container: Pick<Container, 'hostsPath' | 'hostnamePath' | 'resolvConfPath'>,
): { readonly source: string; readonly target: string }[] {
  return [
    { source: container.resolvConfPath, target: '/etc/resolv.conf' },
    { source: container.hostnamePath, target: '/etc/hostname' },
    { source: container.hostsPath, target: '/etc/hosts' },
  ];
}

/** Exported for its test. `linked`: rows for the containers it is linked to. */
export function hostsFile(spec: ContainerSpec, extra: readonly string[], networks: Container['networks'], linked: readonly string[] = []): string {
  const head = spec.namespaces.network.kind === 'host' ? readHostFile('/etc/hosts') : LOCALHOST;
  const gateway = gatewaysOf(networks).ipv4?.facts.gateway;
  const added = extra.map((entry) => {
    const { name, address } = parseExtraHost(entry);
    // Without a way to the host, or on its network, the loopback is as near to it as can be.
    return `${address === HOST_GATEWAY ? (gateway ?? '127.0.0.1') : address}\t${name}\n`;
  });
  const own = networks.flatMap(({ facts }) => ownRows(spec, facts));
  return `${head}${added.join('')}${linked.join('')}${own.join('')}`;
}

/** The container's own names at its addresses on one network. */
export function ownRows({ hostname, domainname }: Pick<ContainerSpec, 'hostname' | 'domainname'>, facts: ContainerEndpoint['facts']): string[] {
  const domain = domainname === '' ? '' : `${hostname}.${domainname} `;
  return [facts.ipAddress, facts.globalIPv6Address].filter((address) => address !== '').map((address) => `${address}\t${domain}${hostname}\n`);
}

/** Exported for its test. */
export function resolvConf(hostText: string, host: Container['hostConfig'], resolver: ResolverKind): string {
  const lines = hostText.split('\n').filter((line) => /^(nameserver|search|domain|options)\s/.test(line));
  const values = (word: string): string[] => lines.filter((line) => line.startsWith(word)).flatMap((line) => line.trim().split(/\s+/).slice(1));
  const inherited = values('nameserver').filter((address) => resolver === 'host' || !isLoopback(address));
  const nameservers = resolver === 'own' ? [RESOLVER_ADDRESS] : host.Dns?.length ? host.Dns : inherited.length > 0 ? inherited : PUBLIC_NAMESERVERS;
  const search = host.DnsSearch?.length ? host.DnsSearch.filter((domain) => domain !== '.') : [...values('search'), ...values('domain')];
  const asked = host.DnsOptions?.length ? host.DnsOptions : values('options');
  // Names without a dot are the networks' own before they are anything with a search domain.
  const options = resolver === 'own' && !asked.some((option) => option.startsWith('ndots:')) ? [...asked, 'ndots:0'] : asked;
  const row = (word: string, items: readonly string[]): string => (items.length > 0 ? `${word} ${items.join(' ')}\n` : '');
  return `${nameservers.map((address) => row('nameserver', [address])).join('')}${row('search', search)}${row('options', options)}`;
}

function readHostFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
