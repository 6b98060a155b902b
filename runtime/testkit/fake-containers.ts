import { randomBytes } from 'node:crypto';
import { EngineError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type {
  AttachedStreams,
  Container,
  ContainerFilters,
  ContainerProcesses,
  ContainerService,
  ContainerState,
  ExecConfig,
  ExecState,
  LogEntry,
  LogOptions,
  MetricPoint,
  StatsSample,
  StopOptions,
  WaitCondition,
} from '../container/container-service.ts';
import type { ContainerConfig, UpdateConfig } from '../formats/docker/container-config.ts';
import type { ImageService } from '../image/image-service.ts';
import { ANY_PLACE, NO_PLACE } from '../network/endpoint/endpoint-values.ts';
import { FakeProcess } from './fake-process.ts';

interface Entry {
  container: Container;
  process: FakeProcess;
  readonly log: LogEntry[];
  readonly waiters: Set<{ readonly condition: WaitCondition; readonly settle: (code: number) => void }>;
}

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

function portsOf({ PortBindings }: NonNullable<ContainerConfig['HostConfig']>): Container['ports'] {
  const rows = Object.entries(PortBindings ?? {}).flatMap(([key, bindings]) => (bindings ?? []).map((one) => ({ key, ...one })));
  return rows.map(({ key, HostIp, HostPort }) => ({
    protocol: key.endsWith('/udp') ? 'udp' : 'tcp',
    containerPort: Number.parseInt(key, 10),
    hostAddress: HostIp ?? '',
    hostPort: Number(HostPort),
  }));
}

/** Containers that are only pretended, for tests of what stands above them; processes are FakeProcess. */
export class FakeContainers implements ContainerService {
  readonly #entries = new Map<string, Entry>();
  readonly #execs = new Map<string, { state: ExecState; process: FakeProcess }>();
  readonly #changes = new Set<(change: { id: string; container: Container | null }) => void>();
  readonly #samples = new Set<(latest: ReadonlyMap<string, MetricPoint>) => void>();
  readonly resizes: string[] = [];
  /** How many read a log to its end or beyond; a test of leaks looks here. */
  followers = 0;
  readonly #images: Pick<ImageService, 'resolve'>;
  readonly #events: EventBus;

  constructor(images: Pick<ImageService, 'resolve'>, events: EventBus) {
    this.#images = images;
    this.#events = events;
  }

  create(config: ContainerConfig, options: { readonly name?: string }): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
    return Promise.resolve().then(() => {
      const image = this.#images.resolve(config.Image);
      const id = randomBytes(32).toString('hex');
      const name = options.name ?? `fake_${id.slice(0, 8)}`;
      const holder = [...this.#entries.values()].find((one) => one.container.name === name);
      if (holder) {
        throw new EngineError(
          'Conflict',
          `Conflict. The container name "/${name}" is already in use by container "${holder.container.id}". You have to remove (or rename) that container to be able to reuse that name.`,
        );
      }
      const words = [...(config.Entrypoint ?? []), ...(config.Cmd ?? image.config.config?.Cmd ?? [])];
      const container: Container = {
        id,
        name,
        createdAt: now(),
        imageId: image.id,
        imageName: config.Image,
        config: { ...config, Cmd: config.Cmd ?? image.config.config?.Cmd ?? [] },
        hostConfig: config.HostConfig ?? {},
        path: words[0] ?? '',
        args: words.slice(1),
        state: { status: 'created', pid: 0, exitCode: 0, oomKilled: false, error: '', startedAt: 0n, finishedAt: 0n },
        health: null,
        restartCount: 0,
        nextStartAt: 0n,
        mounts: [],
        logPath: '',
        hostnamePath: '',
        hostsPath: '',
        resolvConfPath: '',
        networks: [
          {
            network: config.HostConfig?.NetworkMode ?? 'bridge',
            networkId: '',
            settings: ANY_PLACE,
            facts: { ...NO_PLACE, ipAddress: '172.17.0.2', prefixLength: 16, gateway: '172.17.0.1', macAddress: '02:42:ac:11:00:02' },
          },
        ],
        ports: portsOf(config.HostConfig ?? {}),
        execIds: [],
      };
      this.#entries.set(id, { container, process: new FakeProcess(words, config.Tty === true), log: [], waiters: new Set() });
      this.#tell(id, 'create');
      return { id, warnings: [] };
    });
  }

  async start(ref: string): Promise<void> {
    const entry = this.#entry(ref);
    if (entry.container.state.status === 'running') throw new EngineError('NotModified', 'already started');
    const { path } = entry.container;
    if (path === 'missing') {
      this.#set(entry, { exitCode: 127, error: 'not found' });
      throw new EngineError('InvalidArgument', `failed to create task for container: exec: "${path}": executable file not found in $PATH`);
    }
    if (path === '/etc') {
      this.#set(entry, { exitCode: 126, error: 'permission denied' });
      throw new EngineError('InvalidArgument', `failed to create task for container: exec: "${path}": permission denied`);
    }
    if (entry.process.exitCode !== null) entry.process = new FakeProcess([path, ...entry.container.args], entry.process.tty);
    const { process } = entry;
    this.#set(entry, { status: 'running', pid: 4242, exitCode: 0, startedAt: now() });
    this.#tell(entry.container.id, 'start');
    const log = process.attach({ stdout: true, stderr: true }, new AbortController().signal);
    process.attached -= 1;
    void (async () => {
      for await (const piece of log.output) entry.log.push({ ...piece, timeNano: now() });
    })();
    void process.exited.then((code) => this.#exited(entry, code));
    process.run();
    await Promise.resolve();
  }

  async stop(ref: string, _options: StopOptions): Promise<void> {
    const entry = this.#entry(ref);
    if (entry.container.state.status !== 'running') throw new EngineError('NotModified', 'not running');
    entry.process.exit(143);
    await entry.process.exited;
  }

  async kill(ref: string, signal: string): Promise<void> {
    const entry = this.#entry(ref);
    if (entry.container.state.status !== 'running') throw new EngineError('Conflict', `Container ${entry.container.id} is not running`);
    const name = signal.replace(/^SIG/, '');
    if (!['KILL', 'TERM', 'INT', 'WINCH', '9', '15'].includes(name)) throw new EngineError('InvalidArgument', `Invalid signal: ${signal}`);
    if (name !== 'WINCH') entry.process.exit(name === 'INT' ? 130 : name === 'TERM' || name === '15' ? 143 : 137);
    await Promise.resolve();
  }

  async restart(ref: string, options: StopOptions): Promise<void> {
    if (this.inspect(ref).state.status === 'running') await this.stop(ref, options);
    await this.start(ref);
  }

  pause(ref: string): Promise<void> {
    this.#set(this.#running(ref), { status: 'paused' });
    return Promise.resolve();
  }

  unpause(ref: string): Promise<void> {
    this.#set(this.#entry(ref), { status: 'running' });
    return Promise.resolve();
  }

  connect(): Promise<void> {
    return Promise.reject(new EngineError('Unsupported', 'networks are not pretended here'));
  }

  disconnect(): Promise<void> {
    return this.connect();
  }

  update(ref: string, { RestartPolicy }: UpdateConfig): Promise<readonly string[]> {
    const entry = this.#entry(ref);
    entry.container = { ...entry.container, hostConfig: { ...entry.container.hostConfig, RestartPolicy } };
    return Promise.resolve([]);
  }

  rename(ref: string, name: string): void {
    const entry = this.#entry(ref);
    entry.container = { ...entry.container, name };
    this.#tell(entry.container.id, 'rename');
  }

  async wait(
    ref: string,
    condition: WaitCondition,
    options: { readonly signal: AbortSignal; readonly armed: () => void },
  ): Promise<{ readonly exitCode: number; readonly error: string }> {
    const entry = this.#entry(ref);
    const { state } = entry.container;
    options.armed();
    if (condition === 'not-running' && state.status !== 'running') return { exitCode: state.exitCode, error: '' };
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiter = { condition, settle: resolve };
    entry.waiters.add(waiter);
    options.signal.addEventListener('abort', () => reject(options.signal.reason as Error), { once: true });
    try {
      return { exitCode: await promise, error: '' };
    } finally {
      entry.waiters.delete(waiter);
    }
  }

  async remove(ref: string, options: { readonly force: boolean; readonly volumes: boolean }): Promise<void> {
    const entry = this.#entry(ref);
    const { id, state } = entry.container;
    if (state.status === 'running') {
      if (!options.force) {
        throw new EngineError(
          'Conflict',
          `cannot remove container "/${entry.container.name}": container is running: stop the container before removing or force remove`,
        );
      }
      entry.process.exit(137);
      await entry.process.exited;
    }
    this.#remove(entry, id);
  }

  list(filters: ContainerFilters): readonly Container[] {
    const known: Record<string, (one: Container, value: string) => boolean> = {
      id: (one, value) => one.id.startsWith(value),
      name: (one, value) => one.name.includes(value),
      status: (one, value) => one.state.status === value,
      label: (one, value) => (one.config.Labels ?? {})[value.split('=')[0] ?? ''] !== undefined,
      ancestor: (one, value) => one.imageName === value || one.imageId === value,
    };
    const rows = [...this.#entries.values()].map((one) => one.container).reverse();
    const found = rows.filter((one) => {
      if (!filters.all && one.state.status !== 'running' && one.state.status !== 'paused') return false;
      return Object.entries(filters.filters).every(([name, values]) => {
        const test = known[name];
        if (!test) throw new EngineError('InvalidArgument', `invalid filter '${name}'`);
        return values.some((value) => test(one, value));
      });
    });
    return found.slice(0, filters.limit);
  }

  inspect(ref: string): Container {
    return this.#entry(ref).container;
  }

  size(ref: string): Promise<number> {
    this.#entry(ref);
    return Promise.resolve(1234);
  }

  async *logs(ref: string, options: LogOptions): AsyncIterable<readonly LogEntry[]> {
    const entry = this.#entry(ref);
    let position = options.tail === undefined ? 0 : Math.max(0, entry.log.length - options.tail);
    this.followers += 1;
    try {
      for (;;) {
        const batch = entry.log
          .slice(position)
          .filter((one) => (one.stream === 1 ? options.stdout : options.stderr))
          .filter((one) => (options.since === undefined || one.timeNano >= options.since) && (options.until === undefined || one.timeNano <= options.until));
        position = entry.log.length;
        if (batch.length > 0) yield batch;
        else if (!options.follow || entry.container.state.status !== 'running') return;
        await new Promise((resolve) => setTimeout(resolve, 5));
        options.signal.throwIfAborted();
      }
    } finally {
      this.followers -= 1;
    }
  }

  readonly logSizes = new Map<string, number>();

  logSize(ref: string): Promise<number> {
    return Promise.resolve(this.logSizes.get(this.#entry(ref).container.id) ?? 0);
  }

  async emptyLog(ref: string): Promise<number> {
    const bytes = await this.logSize(ref);
    this.logSizes.clear();
    return bytes;
  }

  attach(
    ref: string,
    options: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean; readonly signal: AbortSignal },
  ): Promise<AttachedStreams> {
    return Promise.resolve(this.#entry(ref).process.attach(options, options.signal));
  }

  resize(ref: string, rows: number, columns: number): Promise<void> {
    this.resizes.push(`${this.#entry(ref).container.name} ${rows}x${columns}`);
    return Promise.resolve();
  }

  top(ref: string, psArguments: string): Promise<{ readonly titles: readonly string[]; readonly processes: readonly (readonly string[])[] }> {
    const entry = this.#running(ref);
    return Promise.resolve({ titles: ['PID', 'CMD'], processes: [['4242', `${entry.container.path} ${psArguments}`]] });
  }

  processes(ref: string): ContainerProcesses {
    const { container } = this.#running(ref);
    const facts = { parent: 0, user: 'root', uid: 0, state: 'S', threads: 1, cpuSeconds: 0, startedAt: 0, memory: 4096 };
    return { time: 0, truncated: false, processes: [{ pid: 1, hostPid: 4242, name: container.path, command: container.path, ...facts }] };
  }

  killProcess(ref: string, pid: number): void {
    this.#running(ref);
    if (pid !== 1) throw new EngineError('NotFound', `No such process: ${pid}`);
  }

  stats(ref: string): Promise<StatsSample> {
    return Promise.resolve().then(() => {
      this.#running(ref);
      const time = now();
      return {
        timeNano: time,
        // Half a cpu of two: 25 % of what the host spends.
        cpu: { totalNs: time / 2n, userNs: time / 4n, systemNs: time / 4n, periods: 0, throttledPeriods: 0, throttledNs: 0n },
        hostCpuNs: time * 2n,
        onlineCpus: 2,
        memory: { usage: 3 * 1024 ** 2, maxUsage: 0, limit: 512 * 1024 ** 2, inactiveFile: 1024 ** 2, stats: { inactive_file: 1024 ** 2 } },
        pids: { current: 1, limit: 0 },
        blockIo: [{ major: 8, minor: 0, op: 'read', bytes: 4096 }],
        networks: { eth0: { rxBytes: 10, rxPackets: 1, rxErrors: 0, rxDropped: 0, txBytes: 20, txPackets: 2, txErrors: 0, txDropped: 0 } },
      };
    });
  }

  metrics(options: { readonly ref?: string; readonly since?: number }): ReadonlyMap<string, readonly MetricPoint[]> {
    const ids = options.ref === undefined ? [...this.#entries.keys()] : [options.ref];
    return new Map(ids.map((id) => [id, [this.point(1), this.point(2)].filter((one) => one.time > (options.since ?? 0))]));
  }

  point(time: number): MetricPoint {
    return { time, cpuPercent: 50, memory: 1, memoryLimit: 2, networkRx: 3, networkTx: 4, blockRead: 5, blockWrite: 6, pids: 1 };
  }

  /** Plays one round of sampling. */
  sample(time: number): void {
    const latest = new Map([...this.#entries.keys()].map((id) => [id, this.point(time)]));
    for (const listener of this.#samples) listener(latest);
  }

  get listeners(): number {
    return this.#samples.size + this.#changes.size;
  }

  onSample(listener: (latest: ReadonlyMap<string, MetricPoint>) => void): Disposable {
    this.#samples.add(listener);
    return { [Symbol.dispose]: () => void this.#samples.delete(listener) };
  }

  onChange(listener: (change: { readonly id: string; readonly container: Container | null }) => void): Disposable {
    this.#changes.add(listener);
    return { [Symbol.dispose]: () => void this.#changes.delete(listener) };
  }

  execCreate(ref: string, config: ExecConfig): string {
    const { container } = this.#running(ref);
    const id = randomBytes(32).toString('hex');
    const state: ExecState = { ...config, id, containerId: container.id, running: false, exitCode: null, pid: 0 };
    this.#execs.set(id, { state, process: new FakeProcess(config.cmd, config.tty) });
    return id;
  }

  execInspect(execId: string): ExecState {
    return this.#exec(execId).state;
  }

  async execStart(execId: string, options: { readonly attach: boolean; readonly signal: AbortSignal }): Promise<AttachedStreams | null> {
    const exec = this.#exec(execId);
    if (exec.state.cmd[0] === 'missing') {
      exec.state = { ...exec.state, exitCode: 127 };
      throw new EngineError('InvalidArgument', 'exec failed: "missing": executable file not found in $PATH');
    }
    const { process } = exec;
    exec.state = { ...exec.state, running: true, pid: 4243 };
    const streams = options.attach ? process.attach({ stdout: true, stderr: true }, options.signal) : null;
    void process.exited.then((exitCode) => {
      exec.state = { ...exec.state, running: false, exitCode };
    });
    process.run();
    await Promise.resolve();
    return streams;
  }

  execResize(execId: string, rows: number, columns: number): Promise<void> {
    this.resizes.push(`${this.#exec(execId).state.cmd.join(' ')} ${rows}x${columns}`);
    return Promise.resolve();
  }

  processOf(ref: string): FakeProcess {
    return this.#entry(ref).process;
  }

  /** Ends all that runs; for the end of a test. */
  killAll(): void {
    for (const { process } of [...this.#entries.values(), ...this.#execs.values()]) process.exit(137);
  }

  #exec(id: string): { state: ExecState; process: FakeProcess } {
    const exec = this.#execs.get(id);
    if (!exec) throw new EngineError('NotFound', `No such exec instance: ${id}`);
    return exec;
  }

  #entry(ref: string): Entry {
    for (const entry of this.#entries.values()) {
      if (entry.container.name === ref || (/^[0-9a-f]{4,64}$/.test(ref) && entry.container.id.startsWith(ref))) return entry;
    }
    throw new EngineError('NotFound', `No such container: ${ref}`);
  }

  #running(ref: string): Entry {
    const entry = this.#entry(ref);
    if (entry.container.state.status !== 'running') throw new EngineError('Conflict', `container ${entry.container.id} is not running`);
    return entry;
  }

  #set(entry: Entry, state: Partial<ContainerState>): void {
    entry.container = { ...entry.container, state: { ...entry.container.state, ...state } };
    for (const listener of this.#changes) listener({ id: entry.container.id, container: entry.container });
  }

  #exited(entry: Entry, exitCode: number): void {
    this.#set(entry, { status: 'exited', pid: 0, exitCode, finishedAt: now() });
    this.#tell(entry.container.id, 'die', { exitCode: String(exitCode) });
    for (const waiter of entry.waiters) if (waiter.condition !== 'removed') waiter.settle(exitCode);
    if (entry.container.hostConfig.AutoRemove === true) this.#remove(entry, entry.container.id);
  }

  #remove(entry: Entry, id: string): void {
    this.#tell(id, 'destroy');
    this.#entries.delete(id);
    for (const waiter of entry.waiters) waiter.settle(entry.container.state.exitCode);
    for (const listener of this.#changes) listener({ id, container: null });
  }

  #tell(id: string, action: string, more: Record<string, string> = {}): void {
    const { container } = this.#entries.get(id) ?? this.#entry(id);
    this.#events.publish('container', action, id, { ...container.config.Labels, image: container.imageName, name: container.name, ...more });
    for (const listener of this.#changes) listener({ id, container });
  }
}
