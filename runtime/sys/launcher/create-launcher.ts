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
import { connectMonitor, createMonitorHandle, type Identity } from './monitor-handle.ts';
import type { Op } from './ops.ts';
import { encodeContainerPlan, encodeFinalOps, PROTOCOL_VERSION } from './plan-encoder.ts';
import { adoptProxy, type PortProxies, startProxy } from './port-proxy.ts';
import { abortable, HELLO_STATE, preparedContainer } from './prepared-container.ts';
import { sealBinary } from './sealed-binary.ts';
import { SpareChannel } from './spare-channel.ts';
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
  const monitors = new Monitors(zygote);
  return {
    prepare: (plan, signal) => monitors.prepare(plan, signal),
    start: (plan, final, signal) => monitors.start(plan, final, signal),
    expectStart: () => monitors.spare.open(),
    adopt,
    startProxy: (plan) => startProxy(zygote, plan),
    adoptProxy,
    async [Symbol.asyncDispose]() {
      monitors.spare.drop();
      await zygote[Symbol.asyncDispose]();
      binary[Symbol.dispose]();
    },
  };
}

/** What a monitor is asked with, and what it answers first. */
interface Question {
  readonly plan: ContainerPlan;
  readonly frames: readonly { readonly type: number; readonly payload: Buffer }[];
  readonly answer: number;
  readonly signal: AbortSignal | undefined;
}

class Monitors {
  /** A monitor that does not know its container yet. */
  readonly spare: SpareChannel;
  readonly #connect: () => Promise<FrameChannel>;

  constructor(zygote: Zygote) {
    this.#connect = async () => new FrameChannel(await zygote.connect());
    this.spare = new SpareChannel(this.#connect);
  }

  async prepare(plan: ContainerPlan, signal?: AbortSignal): Promise<PreparedContainer> {
    const start = { type: FrameType.start, payload: encodeContainerPlan(plan) };
    const { channel, frame } = await this.#ask({ plan, frames: [start], answer: FrameType.ready, signal });
    if (frame.type === FrameType.failed) {
      await channel.closed;
      throw launchError('start', frame.payload, [plan.setup]);
    }
    return preparedContainer(channel, identityOf(plan, frame), plan.setup, signal);
  }

  async start(plan: ContainerPlan, final: readonly Op[], signal?: AbortSignal): Promise<MonitorHandle> {
    const frames = [
      { type: FrameType.start, payload: encodeContainerPlan(plan) },
      { type: FrameType.go, payload: encodeFinalOps(final) },
    ];
    const { channel, frame } = await this.#ask({ plan, frames, answer: FrameType.started, signal });
    if (frame.type === FrameType.failed) {
      await channel.closed;
      throw launchError('start', frame.payload, [plan.setup, final]);
    }
    return createMonitorHandle(channel, identityOf(plan, frame));
  }

  /**
   * A connection that ends without a word, and without a trace in the run directory, never became a monitor: the zygote died in
   * between, so asking again is safe.
   */
  async #ask({ plan, frames, answer, signal }: Question): Promise<{ channel: FrameChannel; frame: Frame }> {
    let spare = await this.spare.take();
    for (let attempt = spare === null ? 1 : 0; ; attempt++) {
      const channel = spare ?? (await this.#connect());
      spare = null;
      try {
        const first = channel.next(answer, FrameType.failed);
        for (const { type, payload } of frames) channel.post(type, payload);
        return { channel, frame: await abortable(channel, first, signal) };
      } catch (error) {
        channel.close();
        if (attempt === 2 || signal?.aborted || readdirSync(plan.runDirectory).length > 0) throw error;
      }
    }
  }
}

function identityOf({ id, runDirectory }: ContainerPlan, { payload }: Frame): Identity {
  return { id, runDirectory, pid: payload.readUInt32LE(0), startTime: payload.readBigUInt64LE(4) };
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
