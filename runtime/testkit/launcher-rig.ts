import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { silentLogger } from '../base/log.ts';
import { CLONE, MS } from '../sys/constants.ts';
import { createLauncher, LAUNCHER_BINARY } from '../sys/launcher/create-launcher.ts';
import type { ContainerPlan, ExitRecord, Launcher, MonitorHandle, PreparedContainer, ProcessStreams } from '../sys/launcher/launcher.ts';
import type { Op } from '../sys/launcher/ops.ts';
import type { PortProxies } from '../sys/launcher/port-proxy.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { mountsBelow, waitForNoProcess, zygoteOf } from './launcher-traces.ts';
import { makeRootfs } from './rootfs.ts';

/** The launcher under test: the built one, or the one that the launcher's own test has built with sanitizers. */
const BINARY = process.env['SLIPWAY_TEST_LAUNCHER'] ?? LAUNCHER_BINARY;
export const IS_SANITIZED = process.env['SLIPWAY_TEST_LAUNCHER'] !== undefined;

export type PlanOptions = Partial<ContainerPlan> & { readonly final?: readonly Op[] };

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: ExitRecord;
}

const MOUNT_PROC: Op = {
  op: 'mount',
  fstype: 'proc',
  source: 'proc',
  target: '/proc',
  flags: MS.NOSUID | MS.NODEV | MS.NOEXEC,
  data: '',
  realDirectory: true,
};

export function execOp(...argv: string[]): Op {
  return { op: 'exec', candidates: [argv[0] === 'sh' ? '/bin/sh' : (argv[0] ?? '')], argv, env: ['PATH=/bin', 'HOME=/root'] };
}

/** Reads to the end of both outputs. */
export async function collect(streams: ProcessStreams): Promise<{ stdout: string; stderr: string }> {
  const parts: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
  for await (const { stream, data } of streams.output) parts[stream].push(Uint8Array.from(data));
  return { stdout: Buffer.concat(parts[1]).toString(), stderr: Buffer.concat(parts[2]).toString() };
}

/** A launcher of its own over a busybox root. Disposing ends what still runs, and throws when anything at all is left. */
export class LauncherRig implements AsyncDisposable {
  readonly directory: string;
  readonly rootfs: string;
  readonly zygote: number;
  launcher: Launcher & PortProxies;
  readonly #handles: MonitorHandle[] = [];
  #containers = 0;

  private constructor(directory: string, rootfs: string, launcher: Launcher & PortProxies) {
    this.directory = directory;
    this.rootfs = rootfs;
    this.launcher = launcher;
    this.zygote = zygoteOf(process.pid);
  }

  static async open(): Promise<LauncherRig> {
    const directory = mkdtempSync(`${tmpdir()}/slipway-launcher-`);
    const rootfs = `${directory}/rootfs`;
    makeRootfs(rootfs);
    mkdirSync(`${directory}/zygote`, { mode: 0o700 });
    try {
      return new LauncherRig(directory, rootfs, await LauncherRig.#launcher(directory));
    } catch (error) {
      rmSync(directory, { recursive: true });
      throw error;
    }
  }

  static #launcher(directory: string): Promise<Launcher & PortProxies> {
    return createLauncher({ syscalls: createLinuxSyscalls(), binary: BINARY, runDirectory: `${directory}/zygote`, logger: silentLogger });
  }

  /** Closes the launcher as the end of an engine does, and opens another. */
  async reopen(): Promise<void> {
    await this.launcher[Symbol.asyncDispose]();
    this.launcher = await LauncherRig.#launcher(this.directory);
  }

  /** A plan up to the pivot: /proc, a fresh /dev with its null device and terminals. `setup` replaces all of that. */
  plan(options: PlanOptions = {}): ContainerPlan {
    const id = String(++this.#containers).padStart(64, '0');
    const runDirectory = `${this.directory}/run-${this.#containers}`;
    mkdirSync(runDirectory, { mode: 0o700 });
    const { final: _, ...rest } = options;
    return {
      id,
      runDirectory,
      tty: false,
      openStdin: false,
      stdinOnce: false,
      cloneFlags: CLONE.NEWNS | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWPID,
      newCgroupNamespace: false,
      cgroup: { v1Tasks: [] },
      joinNamespaces: [],
      hostNetlink: [],
      setup: [...this.root(), ...(options.tty === true ? [{ op: 'console' } satisfies Op] : [])],
      ...rest,
    };
  }

  /** The operations that make the usual root, `extra` just before the pivot. */
  root(...extra: Op[]): Op[] {
    return [
      { op: 'slave-root' },
      { op: 'bind-root', source: this.rootfs },
      MOUNT_PROC,
      { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target: '/dev', flags: MS.NOSUID, data: 'mode=755,size=64k' },
      { op: 'device', path: '/dev/null', type: 'c', major: 1, minor: 3, mode: 0o666, uid: 0, gid: 0 },
      { op: 'device', path: '/dev/tty', type: 'c', major: 5, minor: 0, mode: 0o666, uid: 0, gid: 0 },
      { op: 'mount', fstype: 'devpts', source: 'devpts', target: '/dev/pts', flags: 0, data: 'newinstance,ptmxmode=0666,mode=0620', create: 0o755 },
      ...extra,
      { op: 'pivot-root' },
    ];
  }

  async prepare(options: PlanOptions = {}): Promise<PreparedContainer> {
    return this.launcher.prepare(this.plan(options));
  }

  /** Keeps a handle so that its container ends with the rig. */
  keep(handle: MonitorHandle): MonitorHandle {
    this.#handles.push(handle);
    return handle;
  }

  /** Starts a shell script. `final` replaces the final operations. */
  async start(script: string, options: PlanOptions = {}): Promise<MonitorHandle> {
    const prepared = await this.prepare(options);
    return this.keep(await prepared.go(options.final ?? [execOp('sh', '-c', script)]));
  }

  /** Runs a shell script to its end with a client attached from before its start. */
  async run(script: string, options: PlanOptions = {}): Promise<Finished> {
    const prepared = await this.prepare(options);
    await using streams = await prepared.attach({ stdin: false, stdout: true, stderr: true });
    const output = collect(streams);
    const handle = this.keep(await prepared.go(options.final ?? [execOp('sh', '-c', script)]));
    const exit = await handle.exited;
    return { ...(await output), exit };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const handle of this.#handles) {
      await handle.signal(9).catch(() => undefined);
      const exited = await handle.exited.then(
        () => true,
        () => false,
      );
      if (exited) await handle.acknowledgeExit();
      await handle[Symbol.asyncDispose]();
    }
    await this.launcher[Symbol.asyncDispose]();
    const left = [
      ...(await waitForNoProcess(this.directory)).map((text) => `process ${text}`),
      ...mountsBelow(this.directory).map((text) => `mount ${text}`),
      ...this.#runDirectories().map((text) => `file ${text}`),
    ];
    rmSync(this.directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
  }

  /** Only the exit record outlives a monitor. */
  #runDirectories(): string[] {
    return readdirSync(this.directory)
      .filter((name) => name.startsWith('run-'))
      .flatMap((name) => readdirSync(`${this.directory}/${name}`).map((file) => `${name}/${file}`))
      .filter((file) => !file.endsWith('/exit.json'));
  }
}
