import { FrameDecoder } from '../formats/docker/raw-stream.ts';
import { print } from './output.ts';

/** Copies a container's output to stdout and stderr until it ends; resolves early when the other side breaks off. */
export async function copyOutput(source: AsyncIterable<unknown>, multiplexed: boolean): Promise<void> {
  const decoder = new FrameDecoder();
  try {
    for await (const chunk of source) {
      if (!multiplexed) {
        await print(chunk as Uint8Array);
        continue;
      }
      for (const piece of decoder.push(chunk as Uint8Array)) await print(piece.data, piece.stream === 2 ? process.stderr : process.stdout);
    }
  } catch (error) {
    if (!['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
