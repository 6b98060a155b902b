import { EngineError, type ErrorKind } from '../../base/errors.ts';
import { errnoName } from '../errno.ts';
import type { Op } from './ops.ts';
import { OP_CODES } from './plan-encoder.ts';

/** Steps that a monitor takes on its own, beside the operations of a plan. */
const MONITOR_STEPS: Readonly<Record<number, string>> = {
  240: 'plan',
  241: 'run-directory',
  242: 'log',
  243: 'cgroup',
  244: 'clone',
  245: 'join-namespace',
  246: 'host-netlink',
  247: 'stdio',
  248: 'died',
  249: 'limit',
  250: 'not-running',
};
const NAMES = new Map<number, string>(Object.entries(OP_CODES).map(([name, code]) => [code, name]));

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOEXEC: 'exec format error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
};

function nameOf(errno: number): string {
  return errno === 0 ? '' : errnoName(errno);
}

function exitCodeFor(step: string, errno: string): number {
  if (step !== 'exec' && step !== 'cwd') return 128;
  if (errno === 'ENOENT') return 127;
  return 126;
}

function describe(step: string, path: string, errno: string, op: Op | undefined): string {
  const words = isOutside(errno, op) ? 'the subpath leads out of the volume' : (WORDS[errno] ?? errno);
  if (op?.op === 'exec') {
    const name = op.argv[0] ?? path;
    if (errno === 'ENOENT') {
      return name.includes('/') ? `exec: ${JSON.stringify(name)}: stat ${name}: ${words}` : `exec: ${JSON.stringify(name)}: executable file not found in $PATH`;
    }
    return errno === 'ENOEXEC' ? `exec ${path}: ${words}` : `exec: ${JSON.stringify(name)}: ${words}`;
  }
  if (op?.op === 'cwd') return `chdir to cwd (${JSON.stringify(op.path)}) set in config failed: ${words}`;
  return [step, path, words].filter((part) => part !== '').join(': ');
}

/** openat2(2): what RESOLVE_BENEATH refuses is EXDEV. */
function isOutside(errno: string, op: Op | undefined): boolean {
  return errno === 'EXDEV' && op?.op === 'bind' && op.beneath !== undefined;
}

function kindOf(what: 'start' | 'exec', step: string, errno: string, op: Op | undefined): ErrorKind {
  if (step === 'exec' || step === 'cwd' || (op?.op === 'bind' && op.beneath !== undefined)) return 'InvalidArgument';
  // An init that ended while the exec was on its way into its namespaces.
  if (step === 'not-running' || (what === 'exec' && step === 'join-namespace' && errno === 'ESRCH')) return 'Conflict';
  return step === 'limit' ? 'Unavailable' : 'Internal';
}

/**
 * The error for a failed frame (u32 phase, index, code, errno; detail text). `ops` are those of the phase that failed, by
 * phase number. Details: step, path, errno (its name), exitCode, and the operation where there is one.
 */
export function launchError(what: 'start' | 'exec', payload: Buffer, ops: readonly (readonly Op[])[]): EngineError {
  const phase = payload.readUInt32LE(0);
  const code = payload.readUInt32LE(8);
  const errno = nameOf(payload.readUInt32LE(12));
  const path = payload.toString('utf8', 16);
  const step = NAMES.get(code) ?? MONITOR_STEPS[code] ?? `step ${code}`;
  const op = ops[phase]?.[payload.readUInt32LE(4)];
  const kind = kindOf(what, step, errno, op);
  const prefix = what === 'start' ? 'failed to create task for container' : 'OCI runtime exec failed';
  return new EngineError(kind, `${prefix}: ${describe(step, path, errno, op)}: unknown`, {
    details: { step, path, errno, exitCode: exitCodeFor(step, errno), ...(op?.op === 'content' ? {} : { op }) },
  });
}
