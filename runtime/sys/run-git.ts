import { spawn } from 'node:child_process';
import { EngineError } from '../base/errors.ts';

export interface GitOptions {
  /** The repository; nothing outside of it is read as configuration. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** An agent's socket for ssh. */
  readonly sshAgent?: string;
  /** A header for what is below the address `scope` alone. */
  readonly login?: { readonly scope: string; readonly header: string };
  /** Git's messages, in any pieces. */
  readonly onMessage?: (text: string) => void;
}

const OUTPUT_LIMIT = 1024 * 1024;
const MESSAGE_LIMIT = 4000;
/** A transfer that takes longer is taken for dead. */
const TIMEOUT_MS = 60 * 60 * 1000;

/** A repository's own files must not make git run anything, and the machine's must not change what is fetched. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.askPass=',
  'credential.helper=',
  'protocol.ext.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
  'init.defaultBranch=main',
  // Bytes a second over seconds: a server that sends no more is given up long before the whole transfer is.
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=300',
].flatMap((setting) => ['-c', setting]);

const INHERITED = [
  'PATH',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/**
 * What git says on its stdout. It asks nobody, reads no configuration but the repository's, speaks https, http, ssh and git alone, and ends
 * with all it started when `signal` fires. Throws Unavailable when git is missing, Internal with its words when it fails, the reason of `signal`.
 */
export async function runGit(args: readonly string[], { cwd, signal, sshAgent, login, onMessage }: GitOptions): Promise<string> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A group of its own: the programs that git starts for a transfer are to end with it.
  const child = spawn('git', [...SETTINGS, ...args], {
    cwd,
    env: { ...environment(sshAgent), ...(login && loginSettings(login)) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let messages = '';
  let failure: unknown;
  const end = (reason: unknown): void => {
    failure ??= reason;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const abort = (): void => end(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => end(new EngineError('Unavailable', `git ${args[0]}: no end after ${TIMEOUT_MS / 60_000} minutes`)), TIMEOUT_MS);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.length > OUTPUT_LIMIT) end(new EngineError('TooLarge', `git ${args[0]}: more than ${OUTPUT_LIMIT} characters`));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages = `${messages}${text}`.slice(-MESSAGE_LIMIT);
    onMessage?.(text);
  });
  child.once('error', (cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === 'ENOENT';
    reject(new EngineError(isMissing ? 'Unavailable' : 'Internal', isMissing ? 'git is not installed' : `git: ${cause.message}`, { cause }));
  });
  child.once('close', (code) => {
    if (failure !== undefined) reject(failure);
    else if (code === 0) resolve(output);
    else reject(new EngineError('Internal', `git ${args[0]}: ${withoutProgress(messages).trim() || `exit status ${code}`}`));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** What went wrong, without how far it was. */
function withoutProgress(messages: string): string {
  return messages.replace(/[^\n]*\r(?!\n)/g, '').replace(/^(?:.*, done\.|remote: Total .*)\n/gm, '');
}

/**
 * Every user can read a command line; the environment is the engine's alone. Git would send the header along to wherever it is redirected.
 */
function loginSettings({ scope, header }: NonNullable<GitOptions['login']>): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${scope}.extraHeader`,
    GIT_CONFIG_VALUE_0: header,
    GIT_CONFIG_KEY_1: `http.${scope}.followRedirects`,
    GIT_CONFIG_VALUE_1: 'false',
  };
}

function environment(sshAgent: string | undefined): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:git',
    GIT_SSH_COMMAND: 'ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes',
    ...(sshAgent === undefined ? {} : { SSH_AUTH_SOCK: sshAgent }),
  };
}
