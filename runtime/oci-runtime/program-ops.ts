import { release } from 'node:os';
import { EngineError } from '../base/errors.ts';
import { candidatesOf, checkEnvironment, withHome } from '../container/spec/environment.ts';
import { rlimitsOf } from '../container/spec/rlimits.ts';
import type { RuntimeSpec } from '../formats/oci/runtime-spec.ts';
import { capabilityMask, capabilityNames, ownBoundingSet } from '../sys/capabilities.ts';
import type { Op } from '../sys/launcher/ops.ts';
import { seccompFilter } from '../sys/seccomp/filter-cache.ts';

const UMASK = 0o022;
/** seccomp(2). */
const FILTER_FLAGS: Readonly<Record<string, number>> = { SECCOMP_FILTER_FLAG_LOG: 2, SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4 };
/** Numbers beyond are no limit at all; JSON cannot say 2^64 - 1 exactly. */
const UNLIMITED = 2 ** 63;

/**
 * From the waiting process to the program. `home` is that of the user in the container's passwd. Throws InvalidArgument or
 * Unsupported naming the field. The order is that of the engine's own containers.
 */
export function programOps({ process, linux }: RuntimeSpec, home: string): Op[] {
  const [command = '', ...rest] = process.args;
  checkEnvironment(process.env);
  const { user } = process;
  const env = withHome(process.env, home);
  const sets = process.capabilities;
  const permitted = maskOf(sets?.permitted ?? []);
  const inheritable = maskOf(sets?.inheritable ?? []);
  const filter = seccompOps(linux, permitted);
  return [
    { op: 'umask', mask: user.umask ?? UMASK },
    ...limits(process.rlimits),
    ...(process.cwd === '/' ? [] : [{ op: 'cwd', path: process.cwd, create: { uid: 0, gid: 0 } } satisfies Op]),
    ...(process.noNewPrivileges ? [] : filter),
    { op: 'bounding', keep: maskOf(sets?.bounding ?? []) },
    { op: 'user', uid: user.uid, gid: user.gid, groups: user.additionalGids },
    {
      op: 'capabilities',
      permitted,
      effective: maskOf(sets?.effective ?? []),
      inheritable,
      // The kernel has none that are not both (capabilities(7)); runc leaves the others out too.
      ambient: maskOf(sets?.ambient ?? []) & permitted & inheritable,
    },
    ...(process.noNewPrivileges ? [{ op: 'no-new-privs' } satisfies Op] : []),
    { op: 'cwd', path: process.cwd },
    ...(process.noNewPrivileges ? filter : []),
    { op: 'exec', candidates: candidatesOf(command, env), argv: [command, ...rest], env },
  ];
}

/** Never more than this process may have: what is missing is left out, as in runc. */
function maskOf(names: readonly string[]): bigint {
  return capabilityMask(names, ['ALL'], ~0n) & ownBoundingSet();
}

function limits(rlimits: RuntimeSpec['process']['rlimits']): Op[] {
  const number = (value: number): number => (value >= UNLIMITED ? -1 : value);
  const Ulimits = rlimits.map(({ type, soft, hard }) => ({ Name: type.replace(/^RLIMIT_/, '').toLowerCase(), Soft: number(soft), Hard: number(hard) }));
  return rlimitsOf({ Ulimits }).map(({ resource, soft, hard }): Op => ({ op: 'rlimit', resource, soft, hard }));
}

function seccompOps({ seccomp }: RuntimeSpec['linux'], permitted: bigint): Op[] {
  if (seccomp === undefined) return [];
  if (seccomp.listenerPath) throw new EngineError('Unsupported', 'linux.seccomp.listenerPath is not supported');
  const flags = seccomp.flags.reduce((sum, name) => {
    const flag = FILTER_FLAGS[name];
    if (flag === undefined) throw new EngineError('Unsupported', `linux.seccomp.flags: ${name} is not supported`);
    return sum | flag;
  }, 0);
  const [major = 0, minor = 0] = release()
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const context = { capabilities: new Set(capabilityNames(permitted)), arch, kernel: { major, minor } } as const;
  return [{ op: 'seccomp', filter: seccompFilter(context, JSON.stringify(seccomp)), flags }];
}
