import type { SeccompAction } from './profile.ts';

/** SECCOMP_RET_* of linux/seccomp.h. */
const RETURN: Record<SeccompAction, number> = {
  SCMP_ACT_KILL: 0x00000000,
  SCMP_ACT_KILL_THREAD: 0x00000000,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
};

export const EPERM = 1;
export const ENOSYS = 38;

/** The value a filter returns for an action; `errno` counts for SCMP_ACT_ERRNO only and is EPERM when absent. */
export function returnValue(action: SeccompAction, errno: number | undefined): number {
  const value = RETURN[action];
  return (action === 'SCMP_ACT_ERRNO' ? value | (errno ?? EPERM) : value) >>> 0;
}

export const KILL_PROCESS = returnValue('SCMP_ACT_KILL_PROCESS', undefined);
export const NO_SUCH_CALL = returnValue('SCMP_ACT_ERRNO', ENOSYS);
