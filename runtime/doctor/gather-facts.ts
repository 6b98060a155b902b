import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { bridgeNameOf } from '../network/drivers/bridge.ts';
import { hostRoutes } from '../network/ipam/host-routes.ts';
import type { NetworkService } from '../network/network-service.ts';
import type { NftChain } from '../sys/netlink/nftables/chains.ts';
import { NftSocket } from '../sys/netlink/nftables/socket.ts';
import { toolOutput } from '../sys/run-tool.ts';
import type { Syscalls } from '../sys/syscalls.ts';
import type { HostFacts } from './host-facts.ts';

export interface DoctorOptions {
  readonly syscalls: Syscalls;
  readonly networks: Pick<NetworkService, 'list'>;
  /** Name of the firewall's table. */
  readonly table: string;
  readonly root: string;
  readonly launcher: string;
  readonly cgroupProblems: readonly string[];
}

/** Looks and changes nothing. */
export async function gatherFacts(options: DoctorOptions): Promise<HostFacts> {
  const disk = await statfs(options.root);
  return {
    chains: chainsOf(options.syscalls),
    table: options.table,
    legacyForwardPolicy: await legacyPolicy(),
    bridges: options.networks
      .list()
      .filter(({ driver }) => driver === 'bridge')
      .map((network) => {
        const bridge = bridgeNameOf(network);
        const subnets = network.pools.map(({ subnet }) => subnet);
        return { name: network.name, bridge, subnets, internal: network.internal, isUp: existsSync(`/sys/class/net/${bridge}`) };
      }),
    routes: hostRoutes(),
    forwarding: { ipv4: read('/proc/sys/net/ipv4/ip_forward') === '1', ipv6: read('/proc/sys/net/ipv6/conf/all/forwarding') === '1' },
    bridgeNetfilter: read('/proc/sys/net/bridge/bridge-nf-call-iptables') === '1',
    isUfwEnabled: /^ENABLED=yes$/im.test(read('/etc/ufw/ufw.conf')),
    tracked: { count: Number(read('/proc/sys/net/netfilter/nf_conntrack_count')), limit: Number(read('/proc/sys/net/netfilter/nf_conntrack_max')) },
    cgroupProblems: options.cgroupProblems,
    launcher: { path: options.launcher, exists: existsSync(options.launcher) },
    disk: { path: options.root, free: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize, freeFiles: disk.ffree, files: disk.files },
  };
}

function chainsOf(syscalls: Syscalls): NftChain[] | null {
  try {
    using socket = new NftSocket(syscalls);
    return socket.chains();
  } catch {
    return null;
  }
}

/** The older iptables is asked only where its table is in the kernel: its program would load it. */
async function legacyPolicy(): Promise<string | null> {
  if (!read('/proc/net/ip_tables_names').split('\n').includes('filter')) return null;
  const rules = await toolOutput('iptables-legacy', ['-S', 'FORWARD']);
  return /^-P FORWARD (\w+)/m.exec(rules ?? '')?.[1] ?? null;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
