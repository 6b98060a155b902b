import { basename } from 'node:path';
import { EngineError, isKind } from '../../base/errors.ts';
import { decodeExit } from './exit-record.ts';
import { launchError } from './failure.ts';
import type { FrameChannel } from './frame-channel.ts';
import { type Frame, FrameType } from './frames.ts';
import type { MonitorHandle, PreparedContainer } from './launcher.ts';
import { attachMonitor, connectMonitor, createMonitorHandle, type Identity } from './monitor-handle.ts';
import { MonitorRequests } from './monitor-requests.ts';
import type { Op } from './ops.ts';
import { encodeFinalOps, PROTOCOL_VERSION } from './plan-encoder.ts';

/** States of a hello frame; 1 is running. */
export const HELLO_STATE = { waiting: 0, ended: 2 } as const;

/** Has the monitor give up when the signal comes, and waits for its end before the reason is thrown. */
export async function abortable(channel: FrameChannel, answer: Promise<Frame>, signal: AbortSignal | undefined): Promise<Frame> {
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

/** A container over the connection of its starter. `setup` are the operations that have been carried out, for the words of failures. */
export function preparedContainer(channel: FrameChannel, identity: Identity, setup: readonly Op[], signal?: AbortSignal): PreparedContainer {
  let used = false;
  return {
    pid: identity.pid,
    attach: (attach) => attachMonitor(identity.runDirectory, attach),
    async changeNetwork(update) {
      const requests = new MonitorRequests(channel);
      const answer = requests.changeNetwork(identity.id, update);
      const frame = channel.next(FrameType.result);
      frame.then(
        (result) => requests.take(result),
        () => requests.end(),
      );
      return await answer;
    },
    async go(final): Promise<MonitorHandle> {
      if (used) throw new EngineError('Conflict', `container ${identity.id} has left the prepared state`);
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
        throw launchError('start', result.payload, [setup, final]);
      }
      return createMonitorHandle(channel, identity);
    },
    leave() {
      used = true;
      channel.close();
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

/**
 * Takes up a detached container that another process has prepared. NotFound when no monitor is there, Conflict when its program
 * has been started before.
 */
export async function adoptPrepared(runDirectory: string): Promise<PreparedContainer> {
  const channel = await connectMonitor(runDirectory);
  const answer = channel.next(FrameType.hello);
  channel.post(FrameType.hello);
  const { payload } = await answer;
  if (payload.readUInt32LE(0) !== PROTOCOL_VERSION || payload.readUInt32LE(20) !== HELLO_STATE.waiting) {
    channel.close();
    throw new EngineError('Conflict', `the monitor in ${runDirectory} does not wait for a start`);
  }
  const identity = { id: basename(runDirectory), runDirectory, pid: payload.readUInt32LE(8), startTime: payload.readBigUInt64LE(12) };
  return preparedContainer(channel, identity, []);
}

export interface OpenedMonitor {
  readonly handle: MonitorHandle;
  readonly state: 'created' | 'running' | 'stopped';
}

/** A control connection to the monitor of a container in any state; null when there is no monitor. */
export async function openMonitor(runDirectory: string): Promise<OpenedMonitor | null> {
  let channel: FrameChannel;
  try {
    channel = await connectMonitor(runDirectory);
  } catch (error) {
    if (isKind(error, 'NotFound')) return null;
    throw error;
  }
  try {
    const answer = channel.next(FrameType.hello);
    channel.post(FrameType.hello);
    const { payload } = await answer;
    const number = payload.readUInt32LE(20);
    const state = number === HELLO_STATE.waiting ? 'created' : number === HELLO_STATE.ended ? 'stopped' : 'running';
    const identity = { id: basename(runDirectory), runDirectory, pid: payload.readUInt32LE(8), startTime: payload.readBigUInt64LE(12) };
    return { handle: createMonitorHandle(channel, identity, state === 'stopped' ? decodeExit(payload, 24) : undefined), state };
  } catch (error) {
    channel.close();
    // It was about to end.
    if (isKind(error, 'Unavailable')) return null;
    throw error;
  }
}
