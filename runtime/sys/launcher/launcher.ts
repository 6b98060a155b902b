import type { Op } from './ops.ts';

/** Where a container's processes are accounted. All paths absolute on the host; limits are written before any task joins. */
export interface CgroupJoin {
  /** `tasks` files of v1 hierarchies; the child writes `0` to each (cheap on an idle host, see the README). */
  readonly v1Tasks: readonly string[];
  /** Directory of the v2 group, joined by CLONE_INTO_CGROUP. */
  readonly v2Directory?: string;
  /** Where the monitor learns of an out-of-memory kill. */
  readonly oom?: { readonly version: 1 | 2; readonly directory: string };
}

/** The json-file log a monitor writes, byte-compatible with Docker's driver. */
export interface LogFile {
  readonly path: string;
  /** Bytes after which the file is rotated; 0: never. */
  readonly maxSize: number;
  /** How many files are kept, the current one included. */
  readonly maxFiles: number;
  /** A member for the JSON object of each line, such as `"attrs":{"a":"b"}`, at most 64 KiB; empty: none. */
  readonly attributes: string;
}

/** Everything a monitor needs to bring a container up to the moment before its final operations. */
export interface ContainerPlan {
  /** 64 hex digits. */
  readonly id: string;
  /** Existing directory, 0700, in which the monitor makes its socket `s`, `pid` and `exit.json`. */
  readonly runDirectory: string;
  readonly log?: LogFile;
  readonly tty: boolean;
  /** False: stdin is /dev/null. */
  readonly openStdin: boolean;
  /** True: the first attached client's end of input closes the process's stdin. */
  readonly stdinOnce: boolean;
  readonly size?: { readonly rows: number; readonly columns: number };
  /**
   * For a caller that ends: the streams are its own three, the terminal's master goes to `consoleSocket` (at most 107 bytes) by
   * SCM_RIGHTS, and a prepared container waits without it until somebody lets it go or ends it.
   */
  readonly detached?: { readonly consoleSocket?: string };
  /** CLONE_NEW* flags of clone3. */
  readonly cloneFlags: number;
  /** unshare(CLONE_NEWCGROUP) after the v1 join. */
  readonly newCgroupNamespace: boolean;
  readonly cgroup: CgroupJoin;
  /** Namespaces to join instead of making, as `/proc/<pid>/ns/<name>` or bind-mounted paths. */
  readonly joinNamespaces: readonly string[];
  /** rtnetlink requests the monitor sends in the host's network namespace once the child exists; the u32 at `pidOffset` is set to its pid. */
  readonly hostNetlink: readonly { readonly message: Uint8Array; readonly pidOffset: number }[];
  readonly setup: readonly Op[];
}

/** A process beside init, in the namespaces and cgroups of a running container. */
export interface ExecPlan {
  readonly tty: boolean;
  /** Killed with its process group when its streams are closed or the engine goes; signals reach the whole group. */
  readonly tied?: boolean;
  /**
   * Born in the container's pid namespace, which saves a process. Only where nobody in that namespace has CAP_SYS_PTRACE: the
   * others could trace it, or find the host's root by it, before it has joined.
   */
  readonly inside?: boolean;
  readonly openStdin: boolean;
  readonly size?: { readonly rows: number; readonly columns: number };
  readonly cgroup: CgroupJoin;
  readonly ops: readonly Op[];
}

/** What is known of an exec before its operations are. */
export type ExecShape = Omit<ExecPlan, 'ops'>;

/** How a process ended. `signal` 0: it exited by itself. `code` is 128+signal when it was killed. */
export interface ExitRecord {
  readonly code: number;
  readonly signal: number;
  readonly oomKilled: boolean;
  /** Nanoseconds since the epoch. */
  readonly timeNano: bigint;
}

/**
 * stdin and output of one process as a live connection to its monitor. Disposing an exec's streams leaves it running, closes
 * its stdin, and has further output thrown away; its exit record still arrives.
 */
export interface ProcessStreams extends AsyncDisposable {
  /** 1 stdout (or the terminal), 2 stderr. Ends at the end of both outputs or when closed. Reading it drives back-pressure. */
  readonly output: AsyncIterable<{ readonly stream: 1 | 2; readonly data: Uint8Array }>;
  /** Resolves when the monitor has taken the bytes; rejects once stdin is closed. */
  write(data: Uint8Array): Promise<void>;
  closeStdin(): void;
  resize(rows: number, columns: number): void;
}

export interface ExecProcess extends ProcessStreams {
  readonly pid: number;
  readonly exited: Promise<ExitRecord>;
  signal(signal: number): void;
}

/** What becomes different in the network namespace of a container that exists. */
export interface NetworkUpdate {
  /** rtnetlink requests on the host, before the others; the u32 at `pidOffset` becomes the pid of the container's init. */
  readonly outside: ContainerPlan['hostNetlink'];
  /** rtnetlink requests inside. */
  readonly inside: readonly Uint8Array[];
  /** Sockets for a resolver at 127.0.0.11, unless there are some, and a transaction of nf_tables inside that sends port 53 to them. */
  readonly resolver?: { readonly port: number; readonly rules: Uint8Array };
}

/** Descriptors of a process, the container's monitor, which keeps them as long as it lives. */
export interface ResolverDescriptors {
  readonly pid: number;
  readonly udp: number;
  readonly tcp: number;
}

/** A running container as its monitor sees it. Closing the handle leaves the container running. */
export interface MonitorHandle extends AsyncDisposable {
  readonly id: string;
  /** Init's pid in the host's pid namespace and its start time (field 22 of /proc/pid/stat): together they name the process. */
  readonly pid: number;
  readonly startTime: bigint;
  /** Rejects only when the monitor died without leaving an exit record. */
  readonly exited: Promise<ExitRecord>;
  /** Sent by pidfd. Resolves after delivery; NotFound when init is gone. */
  signal(signal: number): Promise<void>;
  resize(rows: number, columns: number): Promise<void>;
  attach(options: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }): Promise<ProcessStreams>;
  exec(plan: ExecPlan): Promise<ExecProcess>;
  /**
   * Says that an `exec` of this shape is likely to come soon, for what can be made ready; null: that what was made ready must not be
   * there any longer. Without consequence when none comes.
   */
  expectExec(shape: ExecShape | null): void;
  /**
   * Stops at the first request that the kernel refuses, with details.errno; NotFound when init is gone. Resolves to the resolver's
   * sockets, null: it has none.
   */
  changeNetwork(update: NetworkUpdate): Promise<ResolverDescriptors | null>;
  /**
   * Takes away what the log has, rotated files included; what comes next goes to a new file, and no line is lost between. What is left by
   * an end in the middle are the newest lines. NotFound when the monitor is gone; Internal with details.errno when the disk refuses.
   */
  emptyLog(): Promise<void>;
  /** Called for each out-of-memory kill in the container's cgroup. Disposing ends it. */
  onOom(listener: () => void): Disposable;
  /** Tells the monitor that the exit record is stored; it removes its socket and ends. */
  acknowledgeExit(): Promise<void>;
}

/** A container whose root is ready and whose init waits for its last operations. */
export interface PreparedContainer {
  readonly pid: number;
  /** Attaching before `go` sees the first byte of output. */
  attach(options: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }): Promise<ProcessStreams>;
  /** As MonitorHandle.changeNetwork. */
  changeNetwork(update: NetworkUpdate): Promise<ResolverDescriptors | null>;
  /** Runs `final` (ends with `exec`) in init. Rejects with LaunchError for the first operation that failed; nothing is left then. */
  go(final: readonly Op[]): Promise<MonitorHandle>;
  /** Closes the connection: a detached container waits on, any other is aborted. */
  leave(): void;
  /** Kills the waiting init; nothing is left. Idempotent. */
  abort(): Promise<void>;
}

/**
 * The zygote and its monitors. Errors of a plan are EngineError with details {step, path, errno}, e.g.
 * kind InvalidArgument for exec ENOENT/EACCES, Internal for the rest.
 */
export interface Launcher extends AsyncDisposable {
  /** `signal` ends a start that hangs, in its `go` as well; it rejects with the signal's reason once nothing is left. */
  prepare(plan: ContainerPlan, signal?: AbortSignal): Promise<PreparedContainer>;
  /** `prepare` and `go` in one, which saves a round of waiting, for a container whose last operations are known before. Rejects as these do. */
  start(plan: ContainerPlan, final: readonly Op[], signal?: AbortSignal): Promise<MonitorHandle>;
  /** Says that a container is likely to be started soon, for what can be made ready. Idempotent and without consequence when none is. */
  expectStart(): void;
  /**
   * Connects to the monitor that owns `runDirectory`, or reads the exit record it left.
   * Idempotent. NotFound when there is neither.
   */
  adopt(runDirectory: string): Promise<MonitorHandle | ExitRecord>;
}
