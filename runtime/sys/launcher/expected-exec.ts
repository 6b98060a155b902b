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

/** A client that starts its exec at once is not helped by a process that is made beside its request. */
const PAUSE_MS = 1;

interface Kept {
  readonly shape: string;
  readonly spare: SpareChannel;
  readonly timer: NodeJS.Timeout;
  waits: boolean;
}

/** What is made ready for an exec between its creation and its start: a connection, and a moment later a process. */
export class ExpectedExec {
  readonly #connect: () => Promise<FrameChannel>;
  #kept: Kept | null = null;

  constructor(connect: () => Promise<FrameChannel>) {
    this.#connect = connect;
  }

  /** In place of what was kept. Where somebody could trace a process that waits, there is but the connection. */
  open(shape: ExecShape): void {
    this.drop();
    const connecting = this.#connect();
    const spare = new SpareChannel(() => connecting);
    const timer = setTimeout(() => void connecting.then(makeProcess, () => undefined), PAUSE_MS).unref();
    const kept: Kept = { shape: textOf(shape), spare, timer, waits: false };
    const makeProcess = (channel: FrameChannel): void => {
      if (this.#kept !== kept || shape.inside !== true) return;
      channel.post(FrameType.exec, encodeExecPlan(shape));
      kept.waits = true;
    };
    this.#kept = kept;
    spare.open();
  }

  /** Null: nothing is kept, or it is of another shape. */
  async take(plan: ExecPlan): Promise<ReadyExec | null> {
    const kept = this.#kept;
    if (kept === null) return null;
    this.#kept = null;
    clearTimeout(kept.timer);
    if (kept.waits && kept.shape !== textOf(plan)) kept.spare.drop();
    const channel = await kept.spare.take();
    return channel === null ? null : { channel, waits: kept.waits };
  }

  /** Idempotent. */
  drop(): void {
    clearTimeout(this.#kept?.timer);
    this.#kept?.spare.drop();
    this.#kept = null;
  }
}

function textOf({ tty, tied = false, inside = false, openStdin, size, cgroup }: ExecShape): string {
  return JSON.stringify([tty, tied, inside, openStdin, size ?? null, cgroup]);
}
