import type { StreamContext } from '../backend.ts';
import { ShellError } from '../failure.ts';

/** Bytes between two reports of what has arrived. */
const REPORT_EVERY = 512 * 1024;

/**
 * `size` bytes as the page sends them; `tell` hears of them now and then. @throws ShellError when the page ends the stream before it said
 * `end`, or the size is not as told.
 */
export async function* uploaded(
  stream: StreamContext<'file.write' | 'volume.import'>,
  size: number,
  tell: (written: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let reported = 0;
  for await (const input of stream.inputs) {
    if (!(input instanceof Uint8Array)) {
      if (sent !== size) throw new ShellError(`${sent} bytes came, not the ${size} that were announced`, 400);
      return;
    }
    if (sent + input.byteLength > size) throw new ShellError(`more came than the ${size} bytes that were announced`, 400);
    yield input;
    sent += input.byteLength;
    if (sent - reported < REPORT_EVERY) continue;
    reported = sent;
    await tell(sent);
  }
  throw new ShellError('the upload was cancelled');
}
