import type { StreamParams } from '../../electron/ipc/contract.ts';
import type { Transport } from '../engine/transport.ts';
import { t } from '../strings/t.ts';
import { whileSending } from './sending.ts';

/** Bytes in one message. */
const CHUNK = 256 * 1024;

/** Cuts what a stream gives into pieces of at most `size` bytes. @throws Error in our words: a browser calls a folder, or a file that has gone, a network error. */
export async function* pieces(stream: ReadableStream<Uint8Array>, size = CHUNK): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(cannotRead);
      if (done) return;
      for (let at = 0; at < value.length; at += size) yield value.subarray(at, at + size);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function cannotRead(error: unknown): never {
  throw new Error(t.files.unreadable, { cause: error });
}

/** Sends all of `content`; settles when it is in its place. @throws RequestError, or the reason of `signal`. */
export function sendBytes<N extends 'file.write' | 'volume.import'>(
  transport: Transport,
  name: N,
  params: StreamParams<N>,
  content: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onWritten: (bytes: number) => void,
): Promise<void> {
  const sent = new Promise<void>((resolve, reject) => {
    let over = false;
    const end = (error: unknown) => {
      over = true;
      signal.removeEventListener('abort', abort);
      if (error === null) resolve();
      else reject(error instanceof Error ? error : new Error('the upload was cut off', { cause: error }));
    };
    const stream = transport.open(name, params, { onData: ({ written }) => onWritten(written), onClose: end });
    const abort = () => {
      stream.close();
      end(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const pump = async () => {
      for await (const piece of pieces(content)) {
        if (over) return;
        await stream.send(piece);
      }
      if (!over) await stream.send({ end: true });
    };
    pump().catch((error: unknown) => {
      if (over) return;
      stream.close();
      end(error);
    });
  });
  return whileSending(sent);
}
