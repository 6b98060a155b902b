import { readFileSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';

/** capabilities(7); the place in the list is the bit. */
const NAMES = `CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST
NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME
SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF
CHECKPOINT_RESTORE`.split(/\s+/);

/** Docker's fourteen. */
const DEFAULTS = `CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE`.split(' ');

export const DEFAULT_CAPABILITIES: bigint = maskOf(DEFAULTS);

/**
 * Docker's reading of CapAdd and CapDrop: names with or without `CAP_`, `ALL`, drops win over the defaults and additions
 * over a drop of all. Never more than `available`, what this process itself may have. Throws InvalidArgument in Docker's words.
 */
export function capabilityMask(add: readonly string[], drop: readonly string[], available: bigint): bigint {
  const added = maskOfRequest('CapAdd', add);
  const dropped = maskOfRequest('CapDrop', drop);
  const base = has(drop, 'ALL') ? 0n : has(add, 'ALL') ? ~0n : DEFAULT_CAPABILITIES;
  const explicit = has(add, 'ALL') ? 0n : added;
  const taken = has(drop, 'ALL') ? 0n : dropped;
  const mask = (has(add, 'ALL') && has(drop, 'ALL') ? 0n : (base | explicit) & ~taken) & ALL;
  const missing = explicit & mask & ~available;
  if (missing !== 0n) throw new EngineError('InvalidArgument', `CapAdd: this engine itself lacks ${capabilityNames(missing).join(', ')}`);
  return mask & available;
}

const ALL = (1n << BigInt(NAMES.length)) - 1n;

/** With `CAP_`. */
export function capabilityNames(mask: bigint): string[] {
  return NAMES.filter((_, bit) => (mask >> BigInt(bit)) & 1n).map((name) => `CAP_${name}`);
}

/** The bounding set of this process: no child can have more. proc_pid_status(5). */
export function ownBoundingSet(): bigint {
  const hex = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}

function has(list: readonly string[], name: string): boolean {
  return list.some((item) => bare(item) === name);
}

function bare(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

function maskOf(names: readonly string[]): bigint {
  return names.reduce((mask, name) => mask | (1n << BigInt(NAMES.indexOf(name))), 0n);
}

function maskOfRequest(field: string, names: readonly string[]): bigint {
  const known = names.map(bare).filter((name) => name !== 'ALL');
  for (const name of known) {
    if (!NAMES.includes(name)) throw new EngineError('InvalidArgument', `invalid ${field}: unknown capability: "CAP_${name.slice(0, 64)}"`);
  }
  return maskOf(known);
}
