import type { EventEmitter } from 'node:events';

/**
 * Resolves when the stream takes more, and at once when it is gone or `signal` fires; rejects with the stream's error. Leaves no listener
 * behind: a slow reader of a long answer is waited for thousands of times.
 */
export function drained(stream: Pick<EventEmitter, 'once' | 'off'> & { readonly writableNeedDrain: boolean }, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true || !stream.writableNeedDrain) return Promise.resolve();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  stream.once('drain', done).once('close', done).once('error', reject);
  signal?.addEventListener('abort', done, { once: true });
  return promise.finally(() => {
    stream.off('drain', done).off('close', done).off('error', reject);
    signal?.removeEventListener('abort', done);
  });
}
