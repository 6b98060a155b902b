import { Socket, type SocketConstructorOpts } from 'node:net';

/** One is being filled, one is the reader's, the others wait. */
const BUFFERS = 4;
const BUFFER_BYTES = 256 * 1024;

/**
 * What comes out of the pipe `fd`, which is taken over, to its end. A piece is only valid until the next one is asked for:
 * archives are large, and new memory for each piece would be given back much later only. Throws the reason of `signal`.
 */
export async function* readPipe(fd: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const free = Array.from({ length: BUFFERS - 1 }, () => Buffer.allocUnsafeSlow(BUFFER_BYTES));
  let target = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const filled: { readonly buffer: Buffer<ArrayBuffer>; readonly count: number }[] = [];
  let isEnded = false;
  let failure: { readonly reason: unknown } | null = null;
  let wake = (): void => undefined;
  const options: SocketConstructorOpts & { readonly onread: object } = {
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer: () => target,
      callback: (count: number) => {
        filled.push({ buffer: target, count });
        // There is one: the last was not given away without stopping.
        target = free.pop() ?? target;
        wake();
        return free.length > 0;
      },
    },
  };
  const socket = new Socket(options);
  const fail = (reason: unknown): void => {
    failure ??= { reason };
    wake();
  };
  const abort = (): void => fail(signal.reason);
  const end = (): void => {
    isEnded = true;
    wake();
  };
  socket.on('error', fail).on('end', end).on('close', end);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    socket.resume();
    for (;;) {
      if (failure !== null) throw (failure as { readonly reason: unknown }).reason;
      const piece = filled.shift();
      if (piece !== undefined) {
        yield piece.buffer.subarray(0, piece.count);
        free.push(piece.buffer);
        socket.resume();
      } else if (isEnded) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
