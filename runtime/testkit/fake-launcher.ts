import { EngineError } from '../base/errors.ts';
import type {
  ContainerPlan,
  ExecPlan,
  ExecProcess,
  ExitRecord,
  Launcher,
  MonitorHandle,
  NetworkUpdate,
  PreparedContainer,
  ProcessStreams,
  ResolverDescriptors,
} from '../sys/launcher/launcher.ts';
import type { Op } from '../sys/launcher/ops.ts';

/** A program for a pretended process: what it writes, then how it ends; without `code` it runs until it is killed. */
export interface FakeProgram {
  readonly output?: string;
  readonly code?: number;
}

class FakeStreams implements ProcessStreams {
  readonly written: string[] = [];
  stdinClosed = false;
  closed = false;
  readonly #pieces: string[] = [];
  #wake = Promise.withResolvers<void>();
  #ended = false;

  push(text: string): void {
    this.#pieces.push(text);
    this.#wake.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  readonly output = this.#read();

  write(data: Uint8Array): Promise<void> {
    this.written.push(Buffer.from(data).toString());
    return Promise.resolve();
  }

  closeStdin(): void {
    this.stdinClosed = true;
  }

  resize(): void {}

  [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    this.end();
    return Promise.resolve();
  }

  async *#read(): AsyncGenerator<{ stream: 1; data: Uint8Array }> {
    for (;;) {
      for (const piece of this.#pieces.splice(0)) yield { stream: 1, data: Buffer.from(piece) };
      if (this.#ended) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}

/** A container that is only pretended. */
export class FakeContainer implements MonitorHandle {
  readonly id: string;
  readonly pid: number;
  readonly startTime = 1n;
  readonly exited: Promise<ExitRecord>;
  readonly signals: number[] = [];
  readonly streams: FakeStreams[] = [];
  readonly plan: ContainerPlan;
  final: readonly Op[] = [];
  acknowledged = false;
  /** Signals that end it. */
  mortal: readonly number[] = [9, 15];
  readonly #exit = Promise.withResolvers<ExitRecord>();
  readonly #launcher: FakeLauncher;

  constructor(launcher: FakeLauncher, plan: ContainerPlan, pid: number) {
    this.#launcher = launcher;
    this.id = plan.id;
    this.plan = plan;
    this.pid = pid;
    this.exited = this.#exit.promise;
  }

  end(code: number, change: Partial<ExitRecord> = {}): void {
    for (const streams of this.streams) streams.end();
    this.#exit.resolve({ code, signal: 0, oomKilled: false, timeNano: BigInt(Date.now()) * 1_000_000n, ...change });
  }

  lose(): void {
    this.#exit.reject(new Error('the monitor is gone'));
  }

  async signal(signal: number): Promise<void> {
    this.signals.push(signal);
    if (this.mortal.includes(signal)) setImmediate(() => this.end(128 + signal, { signal }));
    return Promise.resolve();
  }

  resize(): Promise<void> {
    return Promise.resolve();
  }

  attach(): Promise<ProcessStreams> {
    const streams = new FakeStreams();
    this.streams.push(streams);
    return Promise.resolve(streams);
  }

  expectExec(): void {}

  exec(plan: ExecPlan): Promise<ExecProcess> {
    const failure = this.#launcher.execFailure;
    if (failure !== null) return Promise.reject(failure);
    this.#launcher.execs.push(plan);
    const streams = new FakeStreams();
    const { output = '', code = 0 } = this.#launcher.program;
    if (output !== '') streams.push(output);
    streams.end();
    const exited = Promise.resolve({ code, signal: 0, oomKilled: false, timeNano: 1n });
    return Promise.resolve(Object.assign(streams, { pid: 99, exited, signal: () => undefined }));
  }

  readonly updates: NetworkUpdate[] = [];

  changeNetwork(update: NetworkUpdate): Promise<ResolverDescriptors | null> {
    this.updates.push(update);
    return Promise.resolve(null);
  }

  emptyLog(): Promise<void> {
    return Promise.resolve();
  }

  onOom(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  acknowledgeExit(): Promise<void> {
    this.acknowledged = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** Pretends to run containers; tests end them. */
export class FakeLauncher implements Launcher {
  readonly containers: FakeContainer[] = [];
  readonly execs: ExecPlan[] = [];
  /** What `adopt` finds, by run directory. */
  readonly leftovers = new Map<string, MonitorHandle | ExitRecord>();
  program: FakeProgram = {};
  prepareFailure: EngineError | null = null;
  goFailure: EngineError | null = null;
  execFailure: EngineError | null = null;
  aborted = 0;

  prepare(plan: ContainerPlan): Promise<PreparedContainer> {
    if (this.prepareFailure !== null) return Promise.reject(this.prepareFailure);
    const container = new FakeContainer(this, plan, 1000 + this.containers.length);
    return Promise.resolve({
      pid: container.pid,
      attach: () => container.attach(),
      changeNetwork: (update) => container.changeNetwork(update),
      leave: () => undefined,
      abort: () => {
        this.aborted++;
        return Promise.resolve();
      },
      go: (final) => {
        if (this.goFailure !== null) return Promise.reject(this.goFailure);
        container.final = final;
        this.containers.push(container);
        const { output, code } = this.program;
        if (output !== undefined) for (const streams of container.streams) streams.push(output);
        if (code !== undefined) setImmediate(() => container.end(code));
        return Promise.resolve(container);
      },
    });
  }

  async start(plan: ContainerPlan, final: readonly Op[]): Promise<MonitorHandle> {
    return await (await this.prepare(plan)).go(final);
  }

  expectStart(): void {}

  adopt(runDirectory: string): Promise<MonitorHandle | ExitRecord> {
    const found = this.leftovers.get(runDirectory);
    return found === undefined ? Promise.reject(new EngineError('NotFound', `nothing in ${runDirectory}`)) : Promise.resolve(found);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
