import { EngineError } from '../../base/errors.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { rlimitName } from '../spec/rlimits.ts';

/** A failed launch in Docker's words, with the exit code its clients expect of it. */
export interface LaunchFailure {
  readonly error: EngineError;
  /** 127 no such command, 126 not runnable, 128 anything else. */
  readonly exitCode: number;
}

const RUNTIME = {
  start: 'failed to create task for container: OCI runtime create failed: unable to start container process',
  exec: 'OCI runtime exec failed: exec failed: unable to start container process',
};
const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);
const MESSAGES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOEXEC: 'exec format error',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  E2BIG: 'argument list too long',
  ETXTBSY: 'text file busy',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
};

/** What to tell a client of `error`, which came from the launcher or from the preparations. */
export function launchFailure(error: unknown, verb: 'start' | 'exec', command: string): LaunchFailure {
  const { step, errno, path, op } = error instanceof EngineError ? error.details : {};
  if (step === 'exec' && typeof errno === 'string') return execFailure(error, verb, command, errno);
  if (step === 'cwd' && typeof errno === 'string') {
    const why = MESSAGES[errno] ?? errno;
    return failure(
      'InvalidArgument',
      `${RUNTIME[verb]}: chdir to cwd (${JSON.stringify(typeof path === 'string' ? path : '')}) set in config failed: ${why}`,
      errno === 'EACCES' ? 126 : 127,
      error,
    );
  }
  const refused = errno === 'EPERM' || errno === 'EACCES' ? lackingResource(op as Op | undefined) : undefined;
  if (refused !== undefined) return failure('Unsupported', refused, 128, error);
  if (error instanceof EngineError) return { error, exitCode: 128 };
  return failure('Internal', `the container could not be started: ${error instanceof Error ? error.message : String(error)}`, 128, error);
}

/** What only a privileged engine may give: a virtual machine or a container of its own often withholds this from it. */
function lackingResource(op: Op | undefined): string | undefined {
  if (op?.op === 'oom-score-adj') return `OomScoreAdj: ${op.value} is less than this engine may give without CAP_SYS_RESOURCE`;
  if (op?.op === 'rlimit') return `Ulimits: ${rlimitName(op.resource)}=${op.hard} is more than this engine may give without CAP_SYS_RESOURCE`;
  return undefined;
}

function execFailure(cause: unknown, verb: 'start' | 'exec', command: string, errno: string): LaunchFailure {
  const quoted = JSON.stringify(command);
  if (MISSING.has(errno)) {
    const why = command.includes('/') ? `stat ${command}: ${MESSAGES[errno]}` : 'executable file not found in $PATH';
    return failure('InvalidArgument', `${RUNTIME[verb]}: exec: ${quoted}: ${why}`, 127, cause);
  }
  if (errno === 'ENOEXEC') return failure('InvalidArgument', `${RUNTIME[verb]}: exec ${command}: ${MESSAGES[errno]}`, 126, cause);
  return failure('InvalidArgument', `${RUNTIME[verb]}: exec: ${quoted}: ${MESSAGES[errno] ?? errno}`, 126, cause);
}

function failure(kind: 'InvalidArgument' | 'Unsupported' | 'Internal', text: string, exitCode: number, cause: unknown): LaunchFailure {
  return { error: new EngineError(kind, text, { cause }), exitCode };
}
