import type { ContainerConfig, EndpointConfig, HostConfig, UpdateConfig } from '../formats/docker/container-config.ts';
import type { ContainerEndpoint } from '../network/network-service.ts';
import type { PublishedPort } from '../network/ports/port-publisher.ts';
import type { GroupStats } from '../sys/cgroups/stats.ts';
import type { Health } from './health/health.ts';
import type { BindMount } from './spec/user-mount.ts';

export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface ContainerState {
  readonly status: ContainerStatus;
  /** 0 unless running. */
  readonly pid: number;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why the last start failed; empty else. */
  readonly error: string;
  /** Nanoseconds since the epoch; 0n: never. */
  readonly startedAt: bigint;
  readonly finishedAt: bigint;
}

export interface MountPoint {
  readonly type: 'bind' | 'tmpfs' | 'volume';
  readonly source: string;
  readonly destination: string;
  readonly readonly: boolean;
  readonly propagation: string;
  readonly volume?: {
    readonly name: string;
    /** Relative path inside it; empty: all of it. */
    readonly subpath: string;
    /** Made for this container, and removed with it when that is asked for. */
    readonly isAnonymous: boolean;
  };
  /** A bind that another container was asked to have (VolumesFrom). */
  readonly inherited?: BindMount;
}

/** Everything known of one container; an immutable view that is replaced when something changes. */
export interface Container {
  readonly id: string;
  /** Without Docker's leading slash. */
  readonly name: string;
  readonly createdAt: bigint;
  readonly imageId: string;
  /** As given at creation. */
  readonly imageName: string;
  /** Merged with the image's defaults. */
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** argv[0] and the rest, as it is run. */
  readonly path: string;
  readonly args: readonly string[];
  readonly state: ContainerState;
  /** Null: it has no health check. */
  readonly health: Health | null;
  readonly restartCount: number;
  /** While it waits for its policy to start it again: when that will be, in nanoseconds since the epoch. 0n: it has not waited yet. */
  readonly nextStartAt: bigint;
  readonly mounts: readonly MountPoint[];
  readonly logPath: string;
  readonly hostnamePath: string;
  readonly hostsPath: string;
  readonly resolvConfPath: string;
  /** The one of NetworkMode first; none for a container on another's network. */
  readonly networks: readonly ContainerEndpoint[];
  /** What of it is reached from outside while it runs. */
  readonly ports: readonly PublishedPort[];
  readonly execIds: readonly string[];
}

export interface ContainerFilters {
  readonly all: boolean;
  readonly limit?: number;
  /** Docker's filters by name: id, name, label, status, exited, ancestor, before, since, network, volume, health, is-task. Unknown names are InvalidArgument. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  /** Nanoseconds since the epoch, both inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
  /** Number of newest lines; absent: all. */
  readonly tail?: number;
  readonly signal: AbortSignal;
}

export interface LogEntry {
  readonly stream: 1 | 2;
  readonly timeNano: bigint;
  /** With its newline when it had one; pieces of a line over 16 KiB are joined. */
  readonly data: Uint8Array;
}

/** One process's stdin and output, from attach or exec. */
export interface AttachedStreams extends AsyncDisposable {
  readonly tty: boolean;
  readonly output: AsyncIterable<{ readonly stream: 1 | 2; readonly data: Uint8Array }>;
  write(data: Uint8Array): Promise<void>;
  closeStdin(): void;
}

export interface ExecConfig {
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  readonly tty: boolean;
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly privileged: boolean;
  readonly detachKeys: string;
  readonly consoleSize?: { readonly rows: number; readonly columns: number };
}

export interface ExecState extends ExecConfig {
  readonly id: string;
  readonly containerId: string;
  readonly running: boolean;
  /** Null until it has ended. */
  readonly exitCode: number | null;
  readonly pid: number;
}

/** One reading of a container's cgroup and interfaces; counters are cumulative. */
export interface StatsSample extends GroupStats {
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly rxBytes: number;
        readonly rxPackets: number;
        readonly rxErrors: number;
        readonly rxDropped: number;
        readonly txBytes: number;
        readonly txPackets: number;
        readonly txErrors: number;
        readonly txDropped: number;
      }
    >
  >;
}

/** A point of the history the engine keeps for graphs, already computed. */
export interface MetricPoint {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Percent of one cpu; may exceed 100. */
  readonly cpuPercent: number;
  /** Bytes without inactive page cache. */
  readonly memory: number;
  /** 0: none. */
  readonly memoryLimit: number;
  /** Bytes per second. */
  readonly networkRx: number;
  readonly networkTx: number;
  readonly blockRead: number;
  readonly blockWrite: number;
  readonly pids: number;
}

/** One process of a container. */
export interface ContainerProcess {
  /** As the container itself counts. */
  readonly pid: number;
  /** As this machine counts. */
  readonly hostPid: number;
  /** The container's own pid of its parent; 0: that is outside. */
  readonly parent: number;
  /** Name that this machine has for the user, else the number. */
  readonly user: string;
  readonly uid: number;
  /** The letter of proc_pid_stat(5). */
  readonly state: string;
  readonly threads: number;
  /** Processor time since its start. */
  readonly cpuSeconds: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Resident bytes. */
  readonly memory: number;
  readonly name: string;
  /** With its arguments; the name in brackets where it has none. */
  readonly command: string;
}

export interface ContainerProcesses {
  /** When they were read, in milliseconds since the epoch. */
  readonly time: number;
  readonly processes: readonly ContainerProcess[];
  /** There are more. */
  readonly truncated: boolean;
}

export interface StopOptions {
  readonly signal?: string;
  /** Seconds before SIGKILL; -1 waits for ever; absent: the container's StopTimeout or 10. */
  readonly timeout?: number;
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/**
 * Containers by name, full id or unique prefix of one. `NotFound`: `No such container: <ref>`.
 * Long calls take an AbortSignal and reject with its reason.
 */
export interface ContainerService {
  /** Conflict in Docker's words when the name is in use. Nothing is left after a failure. */
  create(
    config: ContainerConfig,
    options: { readonly name?: string; readonly platform?: string },
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }>;
  /** NotModified when it runs. InvalidArgument with Docker's text for a missing or not executable command; the state is then `created` with exit code 127 or 126. */
  start(ref: string): Promise<void>;
  /** NotModified when it does not run. */
  stop(ref: string, options: StopOptions): Promise<void>;
  /** Conflict `is not running`. Signal by name (with or without SIG) or number. */
  kill(ref: string, signal: string): Promise<void>;
  restart(ref: string, options: StopOptions): Promise<void>;
  pause(ref: string): Promise<void>;
  unpause(ref: string): Promise<void>;
  rename(ref: string, name: string): void;
  /** Changes limits, at once where it runs, and the restart policy: all or nothing. Answers warnings. Conflict for what contradicts what is set or used. */
  update(ref: string, config: UpdateConfig): Promise<readonly string[]>;
  /** Puts it on one more network, at once where it runs. NotFound and InvalidArgument in Docker's words. */
  connect(ref: string, network: string, settings: EndpointConfig): Promise<void>;
  /** Takes it off a network. PermissionDenied when it is not on it. */
  disconnect(ref: string, network: string, options: { readonly force: boolean }): Promise<void>;
  /** Settles when the condition holds; `armed` is called once the wait is registered, before it can be missed. */
  wait(
    ref: string,
    condition: WaitCondition,
    options: { readonly signal: AbortSignal; readonly armed: () => void },
  ): Promise<{ readonly exitCode: number; readonly error: string }>;
  /** Conflict in Docker's words when it runs and `force` is false. */
  remove(ref: string, options: { readonly force: boolean; readonly volumes: boolean }): Promise<void>;
  /** Newest first. */
  list(filters: ContainerFilters): readonly Container[];
  inspect(ref: string): Container;
  /** Bytes of the writable layer. */
  size(ref: string): Promise<number>;
  /** Entries in order, in batches of what one read yielded, never empty: a million lines must not cost a million turns of the event loop. */
  logs(ref: string, options: LogOptions): AsyncIterable<readonly LogEntry[]>;
  /** Bytes of the log on the disk, with the files that it was rotated into; 0 where none is kept. */
  logSize(ref: string): Promise<number>;
  /**
   * Takes the log away, rotated files included, and answers the bytes that it had. Whoever follows it goes on with what comes next, of which
   * no line is lost. Idempotent. Unsupported where no log is kept.
   */
  emptyLog(ref: string): Promise<number>;
  /** Works before the start too: the stream then begins with the first byte of output. */
  attach(
    ref: string,
    options: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean; readonly detachKeys?: string; readonly signal: AbortSignal },
  ): Promise<AttachedStreams>;
  resize(ref: string, rows: number, columns: number): Promise<void>;
  /** Columns and rows as `ps` prints them, read from the host's /proc. */
  top(ref: string, psArguments: string): Promise<{ readonly titles: readonly string[]; readonly processes: readonly (readonly string[])[] }>;
  /** What runs in it. Conflict when it does not run. */
  processes(ref: string): ContainerProcesses;
  /** Signals one process by the container's own pid. NotFound when it has none such; InvalidArgument for an unknown signal. */
  killProcess(ref: string, pid: number, signal: string): void;
  /** A running container's current figures. */
  stats(ref: string): Promise<StatsSample>;
  /** History, oldest first, of one container or of all, newer than `since` (ms since the epoch). */
  metrics(options: { readonly ref?: string; readonly since?: number }): ReadonlyMap<string, readonly MetricPoint[]>;
  /** Called after each round of sampling, at most once a second and only while something runs. */
  onSample(listener: (latest: ReadonlyMap<string, MetricPoint>) => void): Disposable;
  /** Called with the container after every change of it, and with its id alone after its removal. */
  onChange(listener: (change: { readonly id: string; readonly container: Container | null }) => void): Disposable;
  execCreate(ref: string, config: ExecConfig): string;
  execInspect(execId: string): ExecState;
  /** Runs it. Without `attach` it is detached and the promise resolves once it runs. */
  execStart(
    execId: string,
    options: { readonly attach: boolean; readonly consoleSize?: { readonly rows: number; readonly columns: number }; readonly signal: AbortSignal },
  ): Promise<AttachedStreams | null>;
  execResize(execId: string, rows: number, columns: number): Promise<void>;
}
