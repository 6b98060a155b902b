import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { Syscalls } from '../syscalls.ts';
import { decodeExit, readExitFile } from './exit-record.ts';
import { launchError } from './failure.ts';
import { FrameChannel } from './frame-channel.ts';
import { type Frame, FrameType } from './frames.ts';
import type { ContainerPlan, Launcher, MonitorHandle, PreparedContainer } from './launcher.ts';
import { attachMonitor, connectMonitor, createMonitorHandle } from './monitor-handle.ts';
import { encodeContainerPlan, encodeFinalOps, PROTOCOL_VERSION } from './plan-encoder.ts';
import { sealBinary } from './sealed-binary.ts';
import { Zygote } from './zygote.ts';

/** Where `npm install` puts the launcher. */
export const LAUNCHER_BINARY = fileURLToPath(new URL('../../launcher/build/slipway-launcher', import.meta.url));

/** States of a hello frame. */
const WAITING = 0;
const EXITED = 2;

export interface LauncherOptions {
  readonly syscalls: Syscalls;
  readonly binary: string;
  /** Existing directory, 0700, for the zygote's socket. One launcher a directory. */
  readonly runDirectory: string;
  readonly logger: Logger;
}

/** Starts the zygote. Throws Unavailable when the binary is missing or does not run. Closing leaves containers running. */
export async function createLauncher(options: LauncherOptions): Promise<Launcher> {
  const binary = await sealBinary(options.syscalls, options.binary);
  const zygote = new Zygote(binary, options.runDirectory, options.logger);
  try {
    await zygote.start();
  } catch (error) {
    binary[Symbol.dispose]();
    throw error;
  }
  return {
    prepare: (plan, signal) => prepare(zygote, plan, signal),
    adopt,
    async [Symbol.asyncDispose]() {
      await zygote[Symbol.asyncDispose]();
      binary[Symbol.dispose]();
    },
  };
}

/**
 * A connection that ends without a word, and without a trace in the run directory, never became a monitor: the zygote died in
 * between, so asking again is safe.
 */
async function firstAnswer(
  zygote: Zygote,
  payload: Buffer,
  runDirectory: string,
  signal: AbortSignal | undefined,
): Promise<{ channel: FrameChannel; frame: Frame }> {
  for (let attempt = 1; ; attempt++) {
    const channel = new FrameChannel(await zygote.connect());
    try {
      const answer = channel.next(FrameType.ready, FrameType.failed);
      channel.post(FrameType.start, payload);
      return { channel, frame: await abortable(channel, answer, signal) };
    } catch (error) {
      channel.close();
      if (attempt === 2 || signal?.aborted || readdirSync(runDirectory).length > 0) throw error;
    }
  }
}

/** Has the monitor give up when the signal comes, and waits for its end before the reason is thrown. */
async function abortable(channel: FrameChannel, answer: Promise<Frame>, signal: AbortSignal | undefined): Promise<Frame> {
  const onAbort = (): void => channel.post(FrameType.abort);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    return await answer;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function prepare(zygote: Zygote, plan: ContainerPlan, signal?: AbortSignal): Promise<PreparedContainer> {
  const { channel, frame } = await firstAnswer(zygote, encodeContainerPlan(plan), plan.runDirectory, signal);
  if (frame.type === FrameType.failed) {
    await channel.closed;
    throw launchError('start', frame.payload, [plan.setup]);
  }
  const pid = frame.payload.readUInt32LE(0);
  const startTime = frame.payload.readBigUInt64LE(4);
  let used = false;
  return {
    pid,
    attach: (attach) => attachMonitor(plan.runDirectory, attach),
    async go(final): Promise<MonitorHandle> {
      if (used) throw new EngineError('Conflict', `container ${plan.id} has left the prepared state`);
      used = true;
      let payload: Buffer;
      try {
        payload = encodeFinalOps(final);
      } catch (error) {
        await abort(channel);
        throw error;
      }
      const answer = channel.next(FrameType.started, FrameType.failed);
      channel.post(FrameType.go, payload);
      const result = await abortable(channel, answer, signal);
      if (result.type === FrameType.failed) {
        await channel.closed;
        throw launchError('start', result.payload, [plan.setup, final]);
      }
      return createMonitorHandle(channel, { id: plan.id, runDirectory: plan.runDirectory, pid, startTime });
    },
    async abort() {
      if (used) return;
      used = true;
      await abort(channel);
    },
  };
}

/** The monitor closes the connection last of all. */
async function abort(channel: FrameChannel): Promise<void> {
  channel.post(FrameType.abort);
  await channel.closed;
}

const adopt: Launcher['adopt'] = async (runDirectory) => {
  try {
    const channel = await connectMonitor(runDirectory);
    const answer = channel.next(FrameType.hello);
    channel.post(FrameType.hello);
    const { payload } = await answer;
    const version = payload.readUInt32LE(0);
    if (version !== PROTOCOL_VERSION) throw new EngineError('Unsupported', `the monitor in ${runDirectory} speaks version ${version} of the protocol`);
    const state = payload.readUInt32LE(20);
    // A start that another engine left half done: its monitor is removing it.
    if (state === WAITING) {
      channel.close();
      throw new EngineError('Unavailable', `the monitor in ${runDirectory} has not started its container`);
    }
    const identity = { id: basename(runDirectory), runDirectory, pid: payload.readUInt32LE(8), startTime: payload.readBigUInt64LE(12) };
    return createMonitorHandle(channel, identity, state === EXITED ? decodeExit(payload, 24) : undefined);
  } catch (error) {
    const record = await readExitFile(runDirectory);
    if (record !== undefined) return record;
    if (error instanceof EngineError && error.kind !== 'Unavailable') throw error;
    throw new EngineError('NotFound', `neither a monitor nor an exit record in ${runDirectory}`, { cause: error });
  }
};
