import type { Op } from '../../sys/launcher/ops.ts';
import { candidatesOf, withHome } from '../spec/environment.ts';
import type { Rlimit } from '../spec/rlimits.ts';
import type { ResolvedUser } from '../spec/user.ts';

/** Capability sets as bit masks; inheritable is always empty (CVE-2022-29162). */
export interface CapabilitySets {
  readonly bounding: bigint;
  /** For a root process; another user starts with none, as after execve in Docker. */
  readonly permitted: bigint;
}

export interface FinalStep {
  readonly argv: readonly [string, ...string[]];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: ResolvedUser;
  readonly capabilities: CapabilitySets;
  /** `struct sock_filter` array; null: unconfined. */
  readonly seccomp: Uint8Array | null;
  readonly noNewPrivileges: boolean;
  readonly rlimits: readonly Rlimit[];
  /** Make a missing working directory, as root, as Docker does at creation. */
  readonly createCwd: boolean;
  /** A process before the program that hands signals on and reaps. */
  readonly init: boolean;
}

const UMASK = 0o022;

/**
 * From a waiting process with all privileges to the user's program. The order is load-bearing: without no_new_privs the
 * filter can only be installed while privileged, with it as late as possible; the bounding set is dropped before the
 * change of user; the directory is entered again as the user, who must be able to be there.
 */
export function finalOps(step: FinalStep): Op[] {
  const env = withHome(step.env, step.user.home);
  const { uid, gid, groups } = step.user;
  const held = uid === 0 ? step.capabilities.permitted : 0n;
  const filter: Op[] = step.seccomp === null ? [] : [{ op: 'seccomp', filter: step.seccomp, flags: 0 }];
  return [
    { op: 'umask', mask: UMASK },
    ...step.rlimits.map(({ resource, soft, hard }): Op => ({ op: 'rlimit', resource, soft, hard })),
    ...(step.createCwd ? [{ op: 'cwd', path: step.cwd, create: { uid: 0, gid: 0 } } satisfies Op] : []),
    ...(step.noNewPrivileges ? [] : filter),
    { op: 'bounding', keep: step.capabilities.bounding },
    { op: 'user', uid, gid, groups },
    { op: 'capabilities', permitted: held, effective: held, inheritable: 0n, ambient: 0n },
    ...(step.noNewPrivileges ? [{ op: 'no-new-privs' } satisfies Op] : []),
    { op: 'cwd', path: step.cwd },
    ...(step.noNewPrivileges ? filter : []),
    ...(step.init ? [{ op: 'init' } satisfies Op] : []),
    { op: 'exec', candidates: candidatesOf(step.argv[0], env), argv: step.argv, env },
  ];
}
