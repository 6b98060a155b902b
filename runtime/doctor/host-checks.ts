import { formatBlock, overlaps, parseCidr } from '../base/cidr.ts';
import { type Finding, finding, wellFound } from '../base/finding.ts';
import type { HostFacts } from './host-facts.ts';

const GIGABYTE = 1_000_000_000;

/** A route of the host into the subnet of a network: one of both is out of reach. */
export function subnetsCheck({ bridges, routes }: HostFacts): Finding {
  const found = bridges.flatMap(({ name, bridge, subnets }) =>
    subnets.flatMap((text) => {
      const subnet = parseCidr(text)?.block ?? null;
      const other = subnet === null ? undefined : routes.find((route) => route.device !== bridge && overlaps(route.block, subnet));
      return other === undefined ? [] : [{ text, name, other }];
    }),
  );
  if (found.length === 0) return wellFound('subnets.ok', {}, 'No subnet of a network is somewhere else as well.');
  return finding(
    'subnets.overlap',
    { overlaps: found.map(({ text, name, other }) => `${text} (${name}) = ${formatBlock(other.block)} (${other.device})`) },
    {
      status: 'error',
      what: `Subnets overlap: ${found.map(({ text, name, other }) => `${text} of the network ${name} and ${formatBlock(other.block)} behind ${other.device}`).join('; ')}.`,
      why: 'What is behind the other link, often a VPN, is out of reach for this host, or the containers are.',
      fix: 'Remove the network and create it with another --subnet.',
    },
  );
}

export function trackingCheck({ tracked }: HostFacts): Finding {
  if (tracked.limit === 0 || tracked.count < tracked.limit * 0.9) return wellFound('connection-tracking.ok', {}, 'The kernel has room to track connections.');
  return finding(
    'connection-tracking.many',
    { ...tracked },
    {
      status: tracked.count >= tracked.limit ? 'error' : 'warning',
      what: `The kernel tracks ${tracked.count} connections of at most ${tracked.limit}.`,
      why: 'New connections of containers, and of everything else on this host, are dropped when there is no room.',
      fix: `sysctl -w net.netfilter.nf_conntrack_max=${tracked.limit * 2}`,
    },
  );
}

export function cgroupCheck({ cgroupProblems }: HostFacts): Finding {
  if (cgroupProblems.length === 0) return wellFound('cgroups.ok', {}, 'Control groups hold limits.');
  return finding(
    'cgroups.incomplete',
    { problems: cgroupProblems },
    {
      status: 'warning',
      what: cgroupProblems.join('; '),
      why: 'Limits of containers do not hold, or their figures are missing.',
      fix: 'Run the engine where it owns its control groups: as root, or as a service unit with Delegate=yes.',
    },
  );
}

export function launcherCheck({ launcher }: HostFacts): Finding {
  if (launcher.exists) return wellFound('launcher.ok', {}, 'The launcher is there.');
  return finding(
    'launcher.missing',
    { path: launcher.path },
    {
      status: 'warning',
      what: `The program of the launcher is missing: ${launcher.path}.`,
      why: 'This engine has it in memory; the next one cannot start containers.',
      fix: 'node runtime/launcher/build.ts',
    },
  );
}

export function diskCheck({ disk }: HostFacts): Finding {
  const params = { path: disk.path, free: disk.free, total: disk.total, files: disk.files > 0 ? disk.freeFiles : -1 };
  const isFull = disk.free < 0.2 * GIGABYTE || (disk.files > 0 && disk.freeFiles < 1000);
  const isLow = disk.free < Math.min(2 * GIGABYTE, disk.total * 0.1) || (disk.files > 0 && disk.freeFiles < disk.files * 0.05);
  const rest = `${(disk.free / GIGABYTE).toFixed(1)} GB of ${(disk.total / GIGABYTE).toFixed(1)} GB${disk.files > 0 ? ` and ${disk.freeFiles} files` : ''} left`;
  if (!isFull && !isLow) return wellFound('disk.ok', params, `${disk.path}: ${rest}.`);
  return finding(isFull ? 'disk.full' : 'disk.low', params, {
    status: isFull ? 'error' : 'warning',
    what: `${disk.path} is ${isFull ? '' : 'nearly '}full: ${rest}.`,
    why: 'Images cannot be taken and containers cannot write.',
    fix: 'docker system prune, or give the disk more room.',
  });
}
