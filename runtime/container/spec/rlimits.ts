import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';

export interface Rlimit {
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
}

/** setrlimit(2), asm-generic numbers (x86 and arm). */
const RESOURCES: Readonly<Record<string, number>> = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  rss: 5,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  locks: 10,
  sigpending: 11,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
  rttime: 15,
};
const INFINITY = 0xffff_ffff_ffff_ffffn;

/** Throws InvalidArgument naming the limit. */
export function rlimitsOf(host: HostConfig): Rlimit[] {
  return (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => {
    const resource = Object.hasOwn(RESOURCES, Name) ? RESOURCES[Name] : undefined;
    if (resource === undefined) throw new EngineError('InvalidArgument', `Ulimits: invalid ulimit type: ${Name}`);
    const [soft, hard] = [limit(Soft), limit(Hard)];
    if (soft > hard) throw new EngineError('InvalidArgument', `Ulimits: ulimit soft limit must be less than or equal to hard limit: ${Soft} > ${Hard}`);
    return { resource, soft, hard };
  });
}

function limit(value: number): bigint {
  return value < 0 ? INFINITY : BigInt(value);
}

/** Name of a `RLIMIT_*` number. */
export function rlimitName(resource: number): string {
  return Object.keys(RESOURCES).find((name) => RESOURCES[name] === resource) ?? String(resource);
}
