import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { SealedBinary } from './sealed-binary.ts';
import { connectUnix } from './unix-socket.ts';

/** One connection is one process: a monitor by the first, a proxy by the second. */
const SOCKETS = { monitor: 'zygote.sock', proxy: 'proxy.sock' } as const;
const START_LIMIT_MS = 10_000;

/** The process that forks monitors. Started when first needed and again whenever it has died; ends with this process. */
export class Zygote implements AsyncDisposable {
  readonly #binary: SealedBinary;
  readonly #runDirectory: string;
  readonly #logger: Logger;
  #child: ChildProcess | undefined;
  #starting: Promise<void> | undefined;
  #disposed = false;

  constructor(binary: SealedBinary, runDirectory: string, logger: Logger) {
    this.#binary = binary;
    this.#runDirectory = runDirectory;
    this.#logger = logger;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** A connection whose other end is a process of its own. Throws Unavailable when the zygote cannot be started. */
  async connect(role: keyof typeof SOCKETS = 'monitor'): Promise<Socket> {
    const path = join(this.#runDirectory, SOCKETS[role]);
    await this.start();
    try {
      return await connectUnix(path);
    } catch {
      this.#child?.kill('SIGKILL');
      this.#child = undefined;
      await this.start();
      return connectUnix(path);
    }
  }

  /** Idempotent. */
  start(): Promise<void> {
    if (this.#disposed) return Promise.reject(new EngineError('Unavailable', 'launcher: closed'));
    if (this.#child !== undefined) return Promise.resolve();
    this.#starting ??= this.#spawn().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #spawn(): Promise<void> {
    const child = spawn(this.#binary.path, [SOCKETS.monitor, SOCKETS.proxy], {
      argv0: 'slipway-zygote',
      cwd: this.#runDirectory,
      env: sanitizerOptions(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ready = Promise.withResolvers<void>();
    const timer = setTimeout(() => ready.reject(new Error('did not answer')), START_LIMIT_MS);
    child.once('error', ready.reject);
    child.once('exit', (code, signal) => {
      if (this.#child === child) {
        this.#child = undefined;
        if (!this.#disposed) this.#logger.warn('launcher zygote ended', { code, signal });
      }
      ready.reject(new Error(`ended with ${signal ?? code}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdout.once('data', () => ready.resolve());
    try {
      await ready.promise;
    } catch (cause) {
      child.kill('SIGKILL');
      throw new EngineError('Unavailable', `launcher: the zygote does not start: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
    }
    child.stdout.destroy();
    child.unref();
    (child.stdin as unknown as Socket).unref();
    this.#child = child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.stdin?.end();
    await ended;
  }
}

/** The launcher needs no environment; a build with sanitizers takes its options from there. */
function sanitizerOptions(): Record<string, string> {
  const wanted = ['ASAN_OPTIONS', 'UBSAN_OPTIONS'] as const;
  return Object.fromEntries(wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
