import { EngineError } from '../../base/errors.ts';
import { errnoName } from '../errno.ts';
import { type FrameChannel, u32s } from './frame-channel.ts';
import { type Frame, FrameType } from './frames.ts';
import type { NetworkUpdate, ResolverDescriptors } from './launcher.ts';
import { encodeNetworkUpdate } from './plan-encoder.ts';

export const ESRCH = 3;
const NONE = 0xffff_ffff;

/** Requests on a control connection, each with a number that its answer repeats. */
export class MonitorRequests {
  readonly #channel: FrameChannel;
  readonly #pending = new Map<number, (errno: number, answer?: Buffer) => void>();
  #sequence = 0;

  constructor(channel: FrameChannel) {
    this.#channel = channel;
  }

  /** Settles what the frame answers; any other is ignored. */
  take({ type, payload }: Frame): void {
    if (type !== FrameType.result) return;
    const number = payload.readUInt32LE(0);
    this.#pending.get(number)?.(payload.readUInt32LE(4), payload);
    this.#pending.delete(number);
  }

  /** The monitor is gone: what still waits fails with ESRCH. */
  end(): void {
    for (const settle of this.#pending.values()) settle(ESRCH);
    this.#pending.clear();
  }

  /** Resolves to the errno, 0: done. */
  send(type: number, ...values: number[]): Promise<number> {
    return new Promise((resolve) => this.#post(type, (sequence) => u32s(sequence, ...values), resolve));
  }

  /** See MonitorHandle.changeNetwork. */
  changeNetwork(id: string, update: NetworkUpdate): Promise<ResolverDescriptors | null> {
    return new Promise((resolve, reject) => {
      this.#post(
        FrameType.network,
        (sequence) => encodeNetworkUpdate(sequence, update),
        (errno, answer) => {
          if (errno === ESRCH || answer === undefined) reject(new EngineError('NotFound', `container ${id} is not running`));
          else if (errno !== 0)
            reject(new EngineError('Internal', `changing the network of container ${id}: ${errnoName(errno)}`, { details: { errno: errnoName(errno) } }));
          else resolve(answer.readUInt32LE(12) === NONE ? null : { pid: answer.readUInt32LE(8), udp: answer.readUInt32LE(12), tcp: answer.readUInt32LE(16) });
        },
      );
    });
  }

  #post(type: number, encode: (sequence: number) => Uint8Array, settle: (errno: number, answer?: Buffer) => void): void {
    const number = (this.#sequence = (this.#sequence + 1) >>> 0);
    this.#pending.set(number, settle);
    this.#channel.send(type, encode(number)).catch(() => {
      this.#pending.delete(number);
      settle(ESRCH);
    });
  }
}
