import { execFile, spawn } from 'node:child_process';
import { EngineError } from '../base/errors.ts';

const TIMEOUT_MS = 10_000;
/** What is kept of a tool's complaint. */
const MESSAGE_LIMIT = 2000;
const OUTPUT_LIMIT = 1024 * 1024;

export interface ToolOptions {
  readonly argv0?: string;
  /** Instead of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Runs a tool of the host with `input` on its stdin. Rejects with Unavailable when it is missing, with Internal and its
 * own words when it fails or hangs.
 */
export function runTool(command: string, args: readonly string[], input: string, options: ToolOptions = {}): Promise<void> {
  const { timeoutMs = TIMEOUT_MS, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL', ...rest });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(0, MESSAGE_LIMIT);
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT';
      reject(new EngineError(isMissing ? 'Unavailable' : 'Internal', isMissing ? `${command} is not installed` : `${command}: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new EngineError('Internal', `${command} ${signal === null ? `failed with ${code}` : `was ended by ${signal}`}: ${complaint.trim()}`));
    });
    // A tool that ends without reading tells why by its exit.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** What a tool of the host prints, at most 1 MiB; null when it is missing, fails or hangs. */
export function toolOutput(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8', timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: OUTPUT_LIMIT }, (error, output) => {
      resolve(error === null ? output : null);
    });
  });
}
