import type { FindingCode } from '../../../runtime/api/types/doctor.ts';

/** A finding of the engine's checks. `{name}` stands for a parameter of the code, `{name:bytes}` for one in bytes. */
export interface FindingWords {
  readonly what: string;
  /** Absent: nothing follows. */
  readonly why?: string;
  /** Absent: the engine's own, which is commands alone or nothing. */
  readonly fix?: string;
}

export const findings: Readonly<Record<FindingCode, FindingWords>> = {
  'rules.ok': { what: 'The rules of the networks are in the kernel.' },
  'rules.unsupported': {
    what: 'This kernel has no nf_tables.',
    why: 'Containers reach nothing outside of their networks, and published ports are reached by addresses of this host alone.',
    fix: 'Load the modules nf_tables, nft_chain_nat, nft_fib_inet, nft_ct and nft_masq, or use a kernel that has them.',
  },
  'rules.flushed': {
    what: 'The table {table} of nf_tables is gone: somebody has flushed all rules.',
    why: 'Containers reach nothing outside, published ports are not reached from other machines, and networks are not kept apart.',
    fix: 'Restart the engine, or start a container with a published port: both make the rules anew. “systemctl restart nftables” flushes them; a reload of single tables does not.',
  },
  'forward-policy.ok': { what: 'Nothing drops forwarded packets by default.' },
  'forward-policy.drops': {
    what: 'Packets that are forwarded are dropped by default: by {chains}.',
    why: 'Containers may reach nothing outside, and published ports may not be reached from other machines. Docker and ufw set this policy; only rules beside it can make exceptions, and this engine touches no rules but its own.',
  },
  'forwarding.ok': { what: 'The host forwards packets where containers need it.' },
  'forwarding.off': {
    what: 'Off: {settings}.',
    why: 'Containers reach nothing outside of their networks. The engine turned it on; something has turned it off since.',
  },
  'bridge-netfilter.ok': { what: 'Packets between containers of one network pass no iptables rules.' },
  'bridge-netfilter.allowed': { what: 'br_netfilter is loaded; the rules allow packets between containers of one network.' },
  'bridge-netfilter.drops': {
    what: 'br_netfilter gives packets between containers of one network to iptables, which drops them by default.',
    why: 'Containers of one network may not reach each other.',
    fix: 'Make the exceptions that the check forward-policy names, or: sysctl -w net.bridge.bridge-nf-call-iptables=0',
  },
  'firewalld.ok': { what: 'firewalld does not run.' },
  'firewalld.runs': {
    what: 'firewalld runs, and its zones judge packets of containers too.',
    why: 'A zone that rejects keeps containers from the host, its resolver and the outside.',
  },
  'ufw.ok': { what: 'ufw is not enabled.' },
  'ufw.enabled': {
    what: 'ufw is enabled; it does not judge published ports.',
    why: 'A port published on all addresses is open to other machines, whatever “ufw deny” says: its packets are forwarded, not received.',
    fix: 'Publish what others should not reach on the loopback address: -p 127.0.0.1:8080:80. For the outside of containers: ufw route allow in on BRIDGE',
  },
  'subnets.ok': { what: 'No subnet of a network is somewhere else as well.' },
  'subnets.overlap': {
    what: 'Subnets overlap: {overlaps}.',
    why: 'What is behind the other link, often a VPN, is out of reach for this host, or the containers are.',
    fix: 'Remove the network and create it with another subnet.',
  },
  'connection-tracking.ok': { what: 'The kernel has room to track connections.' },
  'connection-tracking.many': {
    what: 'The kernel tracks {count} connections of at most {limit}.',
    why: 'New connections of containers, and of everything else on this host, are dropped when there is no room.',
  },
  'cgroups.ok': { what: 'Control groups hold limits.' },
  'cgroups.incomplete': {
    what: 'Control groups cannot all be used: {problems}.',
    why: 'Limits of containers do not hold, or their figures are missing.',
    fix: 'Run the engine where it owns its control groups: as root, or as a service unit with Delegate=yes.',
  },
  'launcher.ok': { what: 'The launcher is there.' },
  'launcher.missing': {
    what: 'The program of the launcher is missing: {path}.',
    why: 'This engine has it in memory; the next one cannot start containers.',
  },
  'disk.ok': { what: '{path}: {free:bytes} of {total:bytes} left.' },
  'disk.low': {
    what: '{path} is nearly full: {free:bytes} of {total:bytes} left.',
    why: 'Soon images cannot be taken and containers cannot write.',
    fix: 'Free space under “Disk usage”, or give the disk more room.',
  },
  'disk.full': {
    what: '{path} is full: {free:bytes} of {total:bytes} left.',
    why: 'Images cannot be taken and containers cannot write.',
    fix: 'Free space under “Disk usage”, or give the disk more room.',
  },
};
