import { EngineError } from '../../base/errors.ts';
import type { AttachedStreams } from '../container-service.ts';

/** What a client gets of a program that could not be run: the reason as its output, then the end. */
export function failedStreams(tty: boolean, text: string): AttachedStreams {
  async function* output(): AsyncGenerator<{ readonly stream: 1 | 2; readonly data: Uint8Array }> {
    await Promise.resolve();
    yield { stream: 1, data: Buffer.from(text) };
  }
  return {
    tty,
    output: output(),
    write: () => Promise.reject(new EngineError('Conflict', 'the process has ended')),
    closeStdin: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
