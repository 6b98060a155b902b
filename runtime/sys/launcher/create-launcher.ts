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
import type { ContainerPlan, Launcher, PreparedContainer } from './launcher.ts';
import { connectMonitor, createMonitorHandle } from './monitor-handle.ts';
import { encodeContainerPlan, PROTOCOL_VERSION } from './plan-encoder.ts';
import { adoptProxy, type PortProxies, startProxy } from './port-proxy.ts';
import { abortable, HELLO_STATE, preparedContainer } from './prepared-container.ts';
import { sealBinary } from './sealed-binary.ts';
import { Zygote } from './zygote.ts';

/** Where `npm install` puts the launcher. */
export const LAUNCHER_BINARY = fileURLToPath(new URL('../../launcher/build/slipway-launcher', import.meta.url));

export interface LauncherOptions {
  readonly syscalls: Syscalls;
  readonly binary: string;
  /** Existing directory, 0700, for the zygote's socket. One launcher a directory. */
  readonly runDirectory: string;
  readonly logger: Logger;
}

/** Starts the zygote. Throws Unavailable when the binary is missing or does not run. Closing leaves containers running. */
export async function createLauncher(options: LauncherOptions): Promise<Launcher & PortProxies> {
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
    startProxy: (plan) => startProxy(zygote, plan),
    adoptProxy,
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

async function prepare(zygote: Zygote, plan: ContainerPlan, signal?: AbortSignal): Promise<PreparedContainer> {
  const { channel, frame } = await firstAnswer(zygote, encodeContainerPlan(plan), plan.runDirectory, signal);
  if (frame.type === FrameType.failed) {
    await channel.closed;
    throw launchError('start', frame.payload, [plan.setup]);
  }
  const { id, runDirectory, setup } = plan;
  return preparedContainer(channel, { id, runDirectory, pid: frame.payload.readUInt32LE(0), startTime: frame.payload.readBigUInt64LE(4) }, setup, signal);
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
    if (state === HELLO_STATE.waiting) {
      channel.close();
      throw new EngineError('Unavailable', `the monitor in ${runDirectory} has not started its container`);
    }
    const identity = { id: basename(runDirectory), runDirectory, pid: payload.readUInt32LE(8), startTime: payload.readBigUInt64LE(12) };
    return createMonitorHandle(channel, identity, state === HELLO_STATE.ended ? decodeExit(payload, 24) : undefined);
  } catch (error) {
    const record = await readExitFile(runDirectory);
    if (record !== undefined) return record;
    if (error instanceof EngineError && error.kind !== 'Unavailable') throw error;
    throw new EngineError('NotFound', `neither a monitor nor an exit record in ${runDirectory}`, { cause: error });
  }
};
