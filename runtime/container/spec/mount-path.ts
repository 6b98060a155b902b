import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { Propagation } from './user-mount.ts';

const MAX_PATH = 4095;
const PROPAGATIONS: ReadonlySet<string> = new Set<Propagation>(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);
/** Files of /proc that may be covered one by one; lxcfs does. */
const COVERABLE_PROC = new Set(
  ['cpuinfo', 'diskstats', 'meminfo', 'stat', 'swaps', 'uptime', 'loadavg', 'slabinfo', 'net/dev', 'sys/kernel/ns_last_pid'].map((name) => `/proc/${name}`),
);

export function isPropagation(word: string): word is Propagation {
  return PROPAGATIONS.has(word);
}

/** The clean form of a place inside a container. Throws InvalidArgument, its text after `prefix`. */
export function checkTarget(target: string, prefix: string): string {
  const clean = cleanPath(target);
  if (clean === '/') throw invalid(prefix, "invalid specification: destination can't be '/'");
  checkAbsolute(target, prefix);
  if ((clean === '/proc' || clean.startsWith('/proc/')) && !COVERABLE_PROC.has(clean))
    throw invalid(prefix, `"${clean}" cannot be mounted because it is inside /proc`);
  return clean;
}

/** The clean form of a host path. */
export function checkSource(source: string, prefix: string): string {
  checkAbsolute(source, prefix);
  return cleanPath(source);
}

function checkAbsolute(path: string, prefix: string): void {
  if (!path.startsWith('/')) throw invalid(prefix, `invalid mount path: '${path.slice(0, 256)}' mount path must be absolute`);
  if (path.includes('\0') || Buffer.byteLength(path) > MAX_PATH) throw invalid(prefix, `invalid mount path: '${path.slice(0, 256).replaceAll('\0', '\\0')}'`);
}

function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/+$/, '');
}

function invalid(prefix: string, why: string): EngineError {
  return new EngineError('InvalidArgument', prefix + why);
}
