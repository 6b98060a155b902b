import { EngineError } from '../../base/errors.ts';

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
export function sysctlsOf(asked: Readonly<Record<string, string>>, own: { readonly network: boolean; readonly ipc: boolean; readonly uts: boolean }): Sysctl[] {
  const values = new Map(own.network ? NETWORK_DEFAULTS.map(({ key, value }) => [key, value]) : []);
  for (const [name, value] of Object.entries(asked)) {
    if (!/^[a-z0-9_-]+([./][a-z0-9_-]+)+$/i.test(name)) throw new EngineError('InvalidArgument', `Sysctls: invalid sysctl name ${JSON.stringify(name)}`);
    const key = name.includes('/') ? name : name.replaceAll('.', '/');
    const namespaced =
      (own.network && key.startsWith('net/')) || (own.ipc && (IPC_KEYS.has(key) || key.startsWith('fs/mqueue/'))) || (own.uts && key === 'kernel/domainname');
    if (!namespaced) throw new EngineError('InvalidArgument', `sysctl "${name}" is not in a separate kernel namespace`);
    values.set(key, value);
  }
  return Array.from(values, ([key, value]) => ({ key, value }));
}
