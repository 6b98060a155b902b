import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, exchange } from './api-fixture.ts';
import { EngineProcess } from './engine-process.ts';
import { type ArchiveOptions, makeBusyboxArchive } from './image-archives.ts';
import { leaksAfterGrace } from './leak-check.ts';

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<CommandResult> {
  const child = spawn(command, args, { env: options.env ?? process.env });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

/** The engine of this tree with a root and a run directory of its own, and the docker CLI to drive it. */
export class RealEngine implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  readonly root = join(this.directory, 'root');
  readonly run = join(this.directory, 'run');
  readonly socket = join(this.run, 'slipway.sock');
  #process: EngineProcess | null = null;
  #options: readonly string[] = [];

  /** With a busybox image by the name of `image`, when that is given. */
  static async start(image?: string): Promise<RealEngine> {
    const engine = new RealEngine();
    await engine.start();
    if (image !== undefined) await engine.loadBusybox(image);
    return engine;
  }

  get pid(): number {
    return this.#process?.child.pid ?? 0;
  }

  /** Resolves when the engine says that it listens. Options hold for later starts as well. */
  async start(options = this.#options): Promise<void> {
    this.#options = options;
    this.#process = await EngineProcess.start(this.directory, ...options);
  }

  async loadBusybox(name: string, options: ArchiveOptions = {}): Promise<void> {
    const path = join(this.directory, `${name.replaceAll(/[/:]/g, '-')}.tar`);
    await makeBusyboxArchive(path, name, options);
    const { code, err } = await this.docker(['load', '-q', '-i', path]);
    if (code !== 0) throw new Error(`docker load: ${err}`);
  }

  /** Resolves to its exit code, null when the signal did it. Containers go on. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const engine = this.#process;
    this.#process = null;
    return engine === null ? null : engine.end(signal);
  }

  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return exchange(this.socket, method, path, body, headers);
  }

  get dockerEnvironment(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.directory, TERM: 'xterm', DOCKER_HOST: `unix://${this.socket}`, DOCKER_CLI_HINTS: 'false' };
  }

  docker(args: readonly string[], input?: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return runCommand('docker', args, { env: { ...this.dockerEnvironment, ...env }, ...(input === undefined ? {} : { input }) });
  }

  /** What the docker CLI prints. Throws unless it succeeds. */
  async dockerOutput(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.docker(args);
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${code} ${err}`);
    return out;
  }

  /** The actions of a container's events from `since` (seconds since the epoch) until now, oldest first. */
  async actionsOf(name: string, since: string): Promise<string[]> {
    const until = String((Date.now() + 200) / 1000);
    const events = await this.dockerOutput('events', '--since', since, '--until', until, '--filter', `container=${name}`, '--format', '{{.Action}}');
    return events.trim().split('\n');
  }

  /** Ends containers and engine. Throws when anything of them is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process === null) await this.start();
    const rows = (await this.call('GET', '/containers/json?all=1')).json as { Id: string }[];
    for (const { Id } of rows) await this.call('DELETE', `/containers/${Id}?force=1`);
    const log = this.#process?.errors ?? '';
    const networks = (await this.call('GET', '/networks')).json as { Id: string; Options: Record<string, string> }[];
    await this.stop();
    const links = networks.map(({ Id, Options }) => Options['com.docker.network.bridge.name'] ?? Id.slice(0, 12));
    const leaks = await leaksAfterGrace({ words: [this.directory, ...links, ...rows.map((row) => row.Id)] });
    if (leaks.length > 0) throw new Error(`left behind:\n${leaks.join('\n')}\n${log}`);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
