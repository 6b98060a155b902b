import { interruptible } from '../base/interruptible.ts';
import type { AttachedStreams } from '../container/container-service.ts';
import { FrameWriter } from './frame-writer.ts';
import type { RawConnection } from './hijack.ts';

export interface PumpOptions {
  /** Whether what the client sends goes to the process; else it is read and dropped. */
  readonly stdin: boolean;
  /** Whether the end of the client's input closes the process's stdin. */
  readonly closeStdin: boolean;
}

/** Reads to the end even when the process takes no more, so that the client's close is seen. */
async function pumpInput(connection: RawConnection, streams: AttachedStreams, options: PumpOptions): Promise<void> {
  let open = options.stdin;
  for await (const chunk of connection.input) {
    if (!open) continue;
    try {
      await streams.write(chunk);
    } catch {
      open = false;
    }
  }
  if (open && options.closeStdin) streams.closeStdin();
}

/** Joins a raw connection to a process until its output ends or the client is gone. */
export async function pump(connection: RawConnection, streams: AttachedStreams, options: PumpOptions): Promise<void> {
  const writer = new FrameWriter(connection, !streams.tty);
  void pumpInput(connection, streams, options);
  const output = streams.output[Symbol.asyncIterator]();
  for (;;) {
    const next = await interruptible(output.next(), connection.signal).catch((error: unknown) => {
      if (connection.signal.aborted) return null;
      throw error;
    });
    if (next === null || next.done === true) break;
    if (!writer.push(next.value.stream, next.value.data)) await writer.drained();
  }
  writer.flush();
  connection.end();
}
