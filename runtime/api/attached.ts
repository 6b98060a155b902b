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
  const gone = new Promise<null>((resolve) => {
    if (connection.signal.aborted) resolve(null);
    else connection.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  for (;;) {
    const next = await Promise.race([output.next(), gone]);
    if (next === null || next.done === true) break;
    if (!writer.push(next.value.stream, next.value.data)) await writer.drained();
  }
  writer.flush();
  connection.end();
}
