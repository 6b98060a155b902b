/** Docker's exit codes of `run` and `exec`. */
export const EXIT_ENGINE = 125;
const EXIT_NOT_EXECUTABLE = 126;
const EXIT_NOT_FOUND = 127;

/** Ends the program with a message on stderr and this code. */
export class CliError extends Error {
  readonly exitCode: number;
  /** HTTP status of the engine's answer; 0 when there was none. */
  readonly status: number;
  constructor(message: string, options: { readonly exitCode?: number; readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? 1;
    this.status = options.status ?? 0;
  }
}

/** The code for a command that could not be started, by what the engine says of it. */
export function startFailureCode(message: string): number {
  if (/executable file not found|no such file or directory/i.test(message)) return EXIT_NOT_FOUND;
  if (/permission denied|is a directory|exec format error/i.test(message)) return EXIT_NOT_EXECUTABLE;
  return EXIT_ENGINE;
}
