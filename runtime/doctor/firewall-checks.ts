import { type Finding, finding, wellFound } from '../base/finding.ts';
import type { HostFacts } from './host-facts.ts';

const FORWARD = 2;

/** Can the kernel hold the rules, and are they there? */
export function rulesCheck({ chains, table, bridges }: HostFacts): Finding {
  if (chains === null) {
    return finding(
      'rules.unsupported',
      {},
      {
        status: 'error',
        what: 'This kernel has no nf_tables.',
        why: 'Containers reach nothing outside of their networks, and published ports are reached by addresses of this host alone.',
        fix: 'Load the modules nf_tables, nft_chain_nat, nft_fib_inet, nft_ct and nft_masq, or use a kernel that has them.',
      },
    );
  }
  const isWanted = bridges.some(({ isUp }) => isUp);
  if (!isWanted || chains.some((chain) => chain.table === table)) return wellFound('rules.ok', {}, 'The rules of the networks are in the kernel.');
  return finding(
    'rules.flushed',
    { table },
    {
      status: 'error',
      what: `The table ${table} of nf_tables is gone: somebody has flushed all rules.`,
      why: 'Containers reach nothing outside, published ports are not reached from other machines, and networks are not kept apart.',
      fix: 'Restart the engine, or start a container with a published port: both make the rules anew. `systemctl restart nftables` flushes them; `reload` of single tables does not.',
    },
  );
}

/** A drop in another table is final: an accept in ours does not help. */
export function forwardPolicyCheck({ chains, table, legacyForwardPolicy, bridges }: HostFacts): Finding {
  const dropping = (chains ?? []).filter((chain) => chain.hook === FORWARD && chain.policy === 'drop' && chain.table !== table && isRouted(chain.family));
  const places = dropping.map(({ family, table: where, name }) => `${name} of the table ${family} ${where}`);
  if (legacyForwardPolicy === 'DROP') places.push('FORWARD of iptables-legacy');
  if (places.length === 0) return wellFound('forward-policy.ok', {}, 'Nothing drops forwarded packets by default.');
  const links = bridges.filter(({ internal }) => !internal).map(({ bridge }) => bridge);
  const legacy = legacyForwardPolicy === 'DROP' ? [{ family: 'legacy', table: 'filter', name: 'FORWARD' }] : [];
  return finding(
    'forward-policy.drops',
    { chains: [...dropping, ...legacy].map(({ family, table: where, name }) => `${family} ${where} ${name}`) },
    {
      status: 'warning',
      what: `Packets that are forwarded are dropped by default: by ${places.join(', ')}.`,
      why: 'Containers may reach nothing outside, and published ports may not be reached from other machines. Docker and ufw set this policy; only rules beside it can make exceptions, and this engine touches no rules but its own.',
      fix: [...dropping, ...legacy].flatMap((chain) => links.flatMap((link) => exceptionsFor(chain, link))).join('\n'),
    },
  );
}

function isRouted(family: string): boolean {
  return family === 'ip' || family === 'ip6' || family === 'inet';
}

const PROGRAMS: Readonly<Record<string, string>> = { ip: 'iptables', ip6: 'ip6tables', legacy: 'iptables-legacy' };

function exceptionsFor({ family, table, name }: { readonly family: string; readonly table: string; readonly name: string }, link: string): string[] {
  const program = table === 'filter' && name === 'FORWARD' ? PROGRAMS[family] : undefined;
  if (program !== undefined) return [`${program} -I FORWARD -i ${link} -j ACCEPT`, `${program} -I FORWARD -o ${link} -j ACCEPT`];
  return ['iifname', 'oifname'].map((side) => `nft insert rule ${family} ${table} ${name} ${side} ${link} accept`);
}

export function forwardingCheck({ bridges, forwarding }: HostFacts): Finding {
  const open = bridges.filter(({ isUp, internal }) => isUp && !internal);
  const needs6 = open.some(({ subnets }) => subnets.some((subnet) => subnet.includes(':')));
  const missing = [
    ...(open.length > 0 && !forwarding.ipv4 ? ['net.ipv4.ip_forward'] : []),
    ...(needs6 && !forwarding.ipv6 ? ['net.ipv6.conf.all.forwarding'] : []),
  ];
  if (missing.length === 0) return wellFound('forwarding.ok', {}, 'The host forwards packets where containers need it.');
  return finding(
    'forwarding.off',
    { settings: missing },
    {
      status: 'error',
      what: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} off.`,
      why: 'Containers reach nothing outside of their networks. The engine turned it on; something has turned it off since.',
      fix: missing.map((name) => `sysctl -w ${name}=1`).join('\n'),
    },
  );
}

export function bridgeNetfilterCheck(facts: HostFacts): Finding {
  if (!facts.bridgeNetfilter) return wellFound('bridge-netfilter.ok', {}, 'Packets between containers of one network pass no iptables rules.');
  const isDropped = forwardPolicyCheck(facts).status !== 'ok';
  if (!isDropped) return wellFound('bridge-netfilter.allowed', {}, 'br_netfilter is loaded; the rules allow packets between containers of one network.');
  return finding(
    'bridge-netfilter.drops',
    {},
    {
      status: 'warning',
      what: 'br_netfilter gives packets between containers of one network to iptables, which drops them by default.',
      why: 'Containers of one network may not reach each other.',
      fix: 'Make the exceptions that the check forward-policy names, or: sysctl -w net.bridge.bridge-nf-call-iptables=0',
    },
  );
}

export function firewalldCheck({ chains, bridges }: HostFacts): Finding {
  if (!(chains ?? []).some(({ table }) => table === 'firewalld')) return wellFound('firewalld.ok', {}, 'firewalld does not run.');
  return finding(
    'firewalld.runs',
    {},
    {
      status: 'warning',
      what: 'firewalld runs, and its zones judge packets of containers too.',
      why: 'A zone that rejects keeps containers from the host, its resolver and the outside.',
      fix: bridges
        .map(({ bridge }) => `firewall-cmd --permanent --zone=trusted --add-interface=${bridge}`)
        .concat('firewall-cmd --reload')
        .join('\n'),
    },
  );
}

export function ufwCheck({ isUfwEnabled }: HostFacts): Finding {
  if (!isUfwEnabled) return wellFound('ufw.ok', {}, 'ufw is not enabled.');
  return finding(
    'ufw.enabled',
    {},
    {
      status: 'warning',
      what: 'ufw is enabled; it does not judge published ports.',
      why: 'A port published on all addresses is open to other machines, whatever `ufw deny` says: its packets are forwarded, not received.',
      fix: 'Publish what others should not reach on the loopback address: `-p 127.0.0.1:8080:80`. For the outside of containers: ufw route allow in on BRIDGE',
    },
  );
}
