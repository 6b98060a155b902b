import { ShellError } from '../ipc/failure.ts';

/** A connection that breaks while it is used: the engine has ended, as it closes none before it has answered. */
const CUT_OFF = ['ECONNRESET', 'EPIPE'];
/** Nobody is at the socket. */
const ABSENT = ['ENOENT', 'ECONNREFUSED'];

/** Whether what failed did so because the engine had ended, or ended meanwhile. */
export function isEngineGone(error: unknown): boolean {
  const { code = '' } = (error instanceof ShellError ? (error.cause ?? {}) : {}) as NodeJS.ErrnoException;
  return [...CUT_OFF, ...ABSENT].includes(code);
}

/** Why the engine was not reached, or did not answer to the end, in words. */
export function toShellError(error: unknown): ShellError {
  if (error instanceof ShellError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (ABSENT.includes(code)) return new ShellError('the engine is not running', 0, { cause: error });
  if (code === 'EACCES') return new ShellError("no permission to use the engine's socket", 0, { cause: error });
  if (CUT_OFF.includes(code)) return new ShellError('the engine ended before this was done', 0, { cause: error });
  return new ShellError(`the connection to the engine failed: ${(error as Error).message}`, 0, { cause: error });
}
