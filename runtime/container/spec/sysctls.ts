import { EngineError } from '../../base/errors.ts';

/** Which namespaces are the container's own. */
interface Own {
  readonly network: boolean;
  readonly ipc: boolean;
  readonly uts: boolean;
}

export interface Sysctl {
  /** In slash form. */
  readonly key: string;
  readonly value: string;
}

const IPC_KEYS = new Set(['msgmax', 'msgmnb', 'msgmni', 'sem', 'shmall', 'shmmax', 'shmmni', 'shm_rmid_forced'].map((name) => `kernel/${name}`));
/** What Docker sets in every network namespace of a container's own: ports below 1024 and ping need no privilege there. */
const NETWORK_DEFAULTS: readonly Sysctl[] = [
  { key: 'net/ipv4/ip_unprivileged_port_start', value: '0' },
  { key: 'net/ipv4/ping_group_range', value: '0 2147483647' },
];

/**
 * Only keys that a namespace of the container isolates are let through; everything else would change the host.
 * Throws InvalidArgument naming the key.
 */
export function sysctlsOf(asked: Readonly<Record<string, string>>, own: Own): Sysctl[] {
  const values = new Map(own.network ? NETWORK_DEFAULTS.map(({ key, value }) => [key, value]) : []);
  for (const [name, value] of Object.entries(asked)) {
    if (!/^[a-z0-9_-]+([./][a-z0-9_-]+)+$/i.test(name)) throw new EngineError('InvalidArgument', `Sysctls: invalid sysctl name ${JSON.stringify(name)}`);
    const key = name.includes('/') ? name : name.replaceAll('.', '/');
    checkNamespace(name, key, own);
    values.set(key, value);
  }
  return Array.from(values, ([key, value]) => ({ key, value }));
}

/** Docker's words, by the namespace that would have to be the container's own. */
function checkNamespace(name: string, key: string, own: Own): void {
  if (key.startsWith('net/')) {
    if (!own.network) throw refused(name, 'not allowed in host network namespace');
  } else if (IPC_KEYS.has(key) || key.startsWith('fs/mqueue/')) {
    if (!own.ipc) throw refused(name, 'is not allowed in the hosts ipc namespace');
  } else if (key !== 'kernel/domainname' || !own.uts) throw refused(name, 'is not in a separate kernel namespace');
}

function refused(name: string, why: string): EngineError {
  return new EngineError('InvalidArgument', `sysctl "${name}" ${why}`);
}
