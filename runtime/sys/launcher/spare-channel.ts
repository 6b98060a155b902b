import type { FrameChannel } from './frame-channel.ts';

/** How long it is kept for somebody to take it. */
const KEPT_MS = 200;

/** A connection made ahead, so that who needs it soon does not wait for it. */
export class SpareChannel {
  readonly #connect: () => Promise<FrameChannel>;
  #kept: { readonly channel: Promise<FrameChannel | null>; readonly timer: NodeJS.Timeout } | null = null;

  constructor(connect: () => Promise<FrameChannel>) {
    this.#connect = connect;
  }

  /** Idempotent. What fails is left to fail for whoever connects next. */
  open(): void {
    if (this.#kept !== null) return;
    const channel = this.#connect().catch(() => null);
    this.#kept = { channel, timer: setTimeout(() => this.drop(), KEPT_MS).unref() };
  }

  /** The connection, which is the caller's from now on; null: none was made, or it has failed. */
  take(): Promise<FrameChannel | null> {
    const kept = this.#kept;
    if (kept === null) return Promise.resolve(null);
    clearTimeout(kept.timer);
    this.#kept = null;
    return kept.channel;
  }

  drop(): void {
    void this.take().then((channel) => channel?.close());
  }
}
