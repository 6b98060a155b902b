import { formatBlock, overlaps, parseCidr } from '../base/cidr.ts';
import type { Finding } from '../base/finding.ts';
import type { HostFacts } from './host-facts.ts';

const ok = (id: string, what: string): Finding => ({ id, status: 'ok', what, why: '', fix: '' });
const GIGABYTE = 1_000_000_000;

/** A route of the host into the subnet of a network: one of both is out of reach. */
export function subnetsCheck({ bridges, routes }: HostFacts): Finding {
  const id = 'subnets';
  const found = bridges.flatMap(({ name, bridge, subnets }) =>
    subnets.flatMap((text) => {
      const subnet = parseCidr(text)?.block ?? null;
      const other = subnet === null ? undefined : routes.find((route) => route.device !== bridge && overlaps(route.block, subnet));
      return other === undefined ? [] : [`${text} of the network ${name} and ${formatBlock(other.block)} behind ${other.device}`];
    }),
  );
  if (found.length === 0) return ok(id, 'No subnet of a network is somewhere else as well.');
  return {
    id,
    status: 'error',
    what: `Subnets overlap: ${found.join('; ')}.`,
    why: 'What is behind the other link, often a VPN, is out of reach for this host, or the containers are.',
    fix: 'Remove the network and create it with another --subnet.',
  };
}

export function trackingCheck({ tracked }: HostFacts): Finding {
  const id = 'connection-tracking';
  if (tracked.limit === 0 || tracked.count < tracked.limit * 0.9) return ok(id, 'The kernel has room to track connections.');
  return {
    id,
    status: tracked.count >= tracked.limit ? 'error' : 'warning',
    what: `The kernel tracks ${tracked.count} connections of at most ${tracked.limit}.`,
    why: 'New connections of containers, and of everything else on this host, are dropped when there is no room.',
    fix: `sysctl -w net.netfilter.nf_conntrack_max=${tracked.limit * 2}`,
  };
}

export function cgroupCheck({ cgroupProblems }: HostFacts): Finding {
  const id = 'cgroups';
  if (cgroupProblems.length === 0) return ok(id, 'Control groups hold limits.');
  return {
    id,
    status: 'warning',
    what: cgroupProblems.join('; '),
    why: 'Limits of containers do not hold, or their figures are missing.',
    fix: 'Run the engine where it owns its control groups: as root, or as a service unit with Delegate=yes.',
  };
}

export function launcherCheck({ launcher }: HostFacts): Finding {
  const id = 'launcher';
  if (launcher.exists) return ok(id, 'The launcher is there.');
  return {
    id,
    status: 'warning',
    what: `The program of the launcher is missing: ${launcher.path}.`,
    why: 'This engine has it in memory; the next one cannot start containers.',
    fix: 'node runtime/launcher/build.ts',
  };
}

export function diskCheck({ disk }: HostFacts): Finding {
  const id = 'disk';
  const isFull = disk.free < 0.2 * GIGABYTE || (disk.files > 0 && disk.freeFiles < 1000);
  const isLow = disk.free < Math.min(2 * GIGABYTE, disk.total * 0.1) || (disk.files > 0 && disk.freeFiles < disk.files * 0.05);
  const rest = `${(disk.free / GIGABYTE).toFixed(1)} GB of ${(disk.total / GIGABYTE).toFixed(1)} GB${disk.files > 0 ? ` and ${disk.freeFiles} files` : ''} left`;
  if (!isFull && !isLow) return ok(id, `${disk.path}: ${rest}.`);
  return {
    id,
    status: isFull ? 'error' : 'warning',
    what: `${disk.path} is ${isFull ? '' : 'nearly '}full: ${rest}.`,
    why: 'Images cannot be taken and containers cannot write.',
    fix: 'docker system prune, or give the disk more room.',
  };
}
