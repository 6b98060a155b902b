import type { FrameChannel } from './frame-channel.ts';
import { FrameType } from './frames.ts';
import type { ExecPlan, ExecShape } from './launcher.ts';
import { encodeExecPlan } from './plan-encoder.ts';
import { SpareChannel } from './spare-channel.ts';

/** A connection for an exec. `waits`: at its other end is a process in the container that waits for its operations. */
export interface ReadyExec {
  readonly channel: FrameChannel;
  readonly waits: boolean;
}

/** What is made ready for an exec between its creation and its start. */
export class ExpectedExec {
  readonly #connect: () => Promise<FrameChannel>;
  #kept: { readonly shape: string; readonly waits: boolean; readonly spare: SpareChannel } | null = null;

  constructor(connect: () => Promise<FrameChannel>) {
    this.#connect = connect;
  }

  /** In place of what was kept. Where somebody could trace a process that waits, there is but the connection. */
  open(shape: ExecShape): void {
    this.drop();
    const waits = shape.inside === true;
    const spare = new SpareChannel(async () => {
      const channel = await this.#connect();
      if (waits) channel.post(FrameType.exec, encodeExecPlan(shape));
      return channel;
    });
    this.#kept = { shape: textOf(shape), waits, spare };
    spare.open();
  }

  /** Null: nothing is kept, or it is of another shape. */
  async take(plan: ExecPlan): Promise<ReadyExec | null> {
    const kept = this.#kept;
    if (kept === null) return null;
    this.#kept = null;
    if (kept.waits && kept.shape !== textOf(plan)) kept.spare.drop();
    const channel = await kept.spare.take();
    return channel === null ? null : { channel, waits: kept.waits };
  }

  /** Idempotent. */
  drop(): void {
    this.#kept?.spare.drop();
    this.#kept = null;
  }
}

function textOf({ tty, tied = false, inside = false, openStdin, size, cgroup }: ExecShape): string {
  return JSON.stringify([tty, tied, inside, openStdin, size ?? null, cgroup]);
}
