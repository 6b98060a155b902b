import { join } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import { errnoName } from '../errno.ts';
import { decodeExit, readExitFile } from './exit-record.ts';
import { ExpectedExec, type ReadyExec } from './expected-exec.ts';
import { launchError } from './failure.ts';
import { FrameChannel, u32s } from './frame-channel.ts';
import { type Frame, FrameType } from './frames.ts';
import type { ExecPlan, ExecProcess, ExitRecord, MonitorHandle, ProcessStreams } from './launcher.ts';
import { ESRCH, MonitorRequests } from './monitor-requests.ts';
import { encodeExecPlan, encodeFinalOps } from './plan-encoder.ts';
import { ChannelStreams } from './streams.ts';
import { connectUnix } from './unix-socket.ts';

const ENOTTY = 25;
/** Index of a failed frame for a step of the monitor itself. */
const NO_OPERATION = 0xff_ff_ff_ff;

/** Opens another connection to the monitor that owns `runDirectory`. NotFound when there is none. */
export async function connectMonitor(runDirectory: string): Promise<FrameChannel> {
  try {
    return new FrameChannel(await connectUnix(join(runDirectory, 's')));
  } catch (cause) {
    throw new EngineError('NotFound', `no monitor in ${runDirectory}`, { cause });
  }
}

export async function attachMonitor(runDirectory: string, options: { stdin: boolean; stdout: boolean; stderr: boolean }): Promise<ProcessStreams> {
  const channel = await connectMonitor(runDirectory);
  const flags = (options.stdin ? 1 : 0) | (options.stdout ? 2 : 0) | (options.stderr ? 4 : 0);
  const attached = channel.next(FrameType.attached);
  channel.post(FrameType.attach, Uint8Array.of(flags));
  await attached;
  const streams = new ChannelStreams(channel, () => channel.close());
  channel.handle((frame) => void streams.take(frame));
  return streams;
}

async function execInMonitor(runDirectory: string, plan: ExecPlan, ahead: Promise<ReadyExec | null>): Promise<ExecProcess> {
  const payload = encodeExecPlan(plan);
  const ready = await ahead;
  // A process that waits for its operations may have been killed meanwhile, which is no failure of this exec.
  const early = ready?.waits === true ? await firstFrame(ready.channel, FrameType.go, encodeFinalOps(plan.ops)).catch(() => null) : null;
  if (early !== null && ready !== null && !isLost(early)) return execProcess(ready.channel, early, plan);
  if (ready?.waits === true) ready.channel.close();
  const channel = ready?.waits === false ? ready.channel : await connectMonitor(runDirectory);
  return execProcess(channel, await firstFrame(channel, FrameType.exec, payload), plan);
}

function firstFrame(channel: FrameChannel, type: number, payload: Buffer): Promise<Frame> {
  const answer = channel.next(FrameType.execStarted, FrameType.failed);
  channel.post(type, payload);
  return answer;
}

/** Failed before or beside its operations. */
function isLost({ type, payload }: Frame): boolean {
  return type === FrameType.failed && payload.readUInt32LE(4) === NO_OPERATION;
}

function execProcess(channel: FrameChannel, frame: Frame, plan: ExecPlan): ExecProcess {
  if (frame.type === FrameType.failed) {
    channel.close();
    throw launchError('exec', frame.payload, [plan.ops]);
  }
  const exited = Promise.withResolvers<ExitRecord>();
  exited.promise.catch(() => undefined);
  // Closing an exec's streams keeps the connection for its exit record, and the monitor throws further output away; a tied exec ends by it.
  const streams = new ChannelStreams(channel, () => (plan.tied === true ? channel.close() : channel.post(FrameType.discard)));
  channel.handle((next) => {
    if (next.type === FrameType.exit) exited.resolve(decodeExit(next.payload));
    else streams.take(next);
  });
  void channel.closed.then(() => exited.reject(new EngineError('Unavailable', 'the monitor has ended before the exec did')));
  return {
    pid: frame.payload.readUInt32LE(0),
    exited: exited.promise,
    output: streams.output,
    write: (data) => streams.write(data),
    closeStdin: () => streams.closeStdin(),
    resize: (rows, columns) => streams.resize(rows, columns),
    signal: (signal) => channel.post(FrameType.signal, u32s(0, signal)),
    [Symbol.asyncDispose]: () => streams[Symbol.asyncDispose](),
  };
}

export interface Identity {
  readonly id: string;
  readonly runDirectory: string;
  readonly pid: number;
  readonly startTime: bigint;
}

/** A handle over `channel`, which is its control connection from now on. */
export function createMonitorHandle(channel: FrameChannel, identity: Identity, already?: ExitRecord): MonitorHandle {
  const { id, runDirectory, pid, startTime } = identity;
  const exited = Promise.withResolvers<ExitRecord>();
  exited.promise.catch(() => undefined);
  if (already !== undefined) exited.resolve(already);
  const requests = new MonitorRequests(channel);
  const oomListeners = new Set<() => void>();
  const expected = new ExpectedExec(() => connectMonitor(runDirectory));
  let disposed = false;

  function take(frame: Frame): void {
    if (frame.type === FrameType.exit) {
      expected.drop();
      exited.resolve(decodeExit(frame.payload));
    } else if (frame.type === FrameType.oom) for (const listener of oomListeners) listener();
    else requests.take(frame);
  }

  async function ended(): Promise<void> {
    requests.end();
    expected.drop();
    if (disposed) return;
    const record = await readExitFile(runDirectory);
    if (record !== undefined) exited.resolve(record);
    else exited.reject(new EngineError('Unavailable', `the monitor of ${id} has died without leaving an exit record`));
  }

  channel.handle(take);
  void channel.closed.then(ended).catch(exited.reject);
  return {
    id,
    pid,
    startTime,
    exited: exited.promise,
    async signal(signal) {
      const errno = await requests.send(FrameType.signal, signal);
      if (errno === ESRCH) throw new EngineError('NotFound', `container ${id} is not running`);
      if (errno !== 0) throw new EngineError('InvalidArgument', `signal ${signal} refused`, { details: { errno } });
    },
    async resize(rows, columns) {
      const errno = await requests.send(FrameType.resize, rows, columns);
      if (errno === ESRCH) throw new EngineError('NotFound', `container ${id} is not running`);
      if (errno === ENOTTY) throw new EngineError('Conflict', `container ${id} has no terminal`);
      if (errno !== 0) throw new EngineError('Internal', `resize of container ${id} failed`, { details: { errno } });
    },
    attach: (options) => attachMonitor(runDirectory, options),
    expectExec: (shape) => (shape === null ? expected.drop() : expected.open(shape)),
    exec: (plan) => execInMonitor(runDirectory, plan, expected.take(plan)),
    async emptyLog() {
      const errno = await requests.send(FrameType.emptyLog);
      if (errno === ESRCH) throw new EngineError('NotFound', `container ${id} is not running`);
      if (errno !== 0)
        throw new EngineError('Internal', `the log of container ${id} was not emptied: ${errnoName(errno)}`, { details: { errno: errnoName(errno) } });
    },
    changeNetwork: (update) => requests.changeNetwork(id, update),
    onOom(listener) {
      oomListeners.add(listener);
      return { [Symbol.dispose]: () => void oomListeners.delete(listener) };
    },
    async acknowledgeExit() {
      channel.post(FrameType.acknowledge);
      await channel.closed;
    },
    [Symbol.asyncDispose]() {
      disposed = true;
      expected.drop();
      channel.close();
      return Promise.resolve();
    },
  };
}
