import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../base/errors.ts';

export interface SizeBound {
  /** Bytes below a directory, which may change meanwhile. */
  readonly measure: (path: string) => Promise<{ readonly bytes: number }>;
  readonly limit: number;
}

const FIRST_MS = 200;
const SHORTEST_MS = 500;
/** Looking takes at most this part of the time. */
const SHARE = 5;

/**
 * Has `work` fill `directory` and looks at its size meanwhile: git says beforehand neither what comes nor what that unpacks to. Throws TooLarge,
 * once `work` has been told to end and has done so; else as `work` does.
 */
export async function withinBound<T>(
  directory: string,
  what: string,
  { measure, limit }: SizeBound,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const done = new AbortController();
  const check = async (): Promise<void> => {
    const { bytes } = await measure(directory);
    if (bytes > limit) ending.abort(new EngineError('TooLarge', `${what}: more than ${limit} bytes`));
  };
  const watch = async (): Promise<void> => {
    for (let pause = FIRST_MS; !ending.signal.aborted; ) {
      await sleep(pause, undefined, { signal: done.signal });
      const began = performance.now();
      // What cannot be looked at now is looked at when the work has ended.
      await check().catch(() => undefined);
      pause = Math.max(SHORTEST_MS, (performance.now() - began) * SHARE);
    }
  };
  const watching = watch().catch(() => undefined);
  try {
    const result = await work(AbortSignal.any([signal, ending.signal]));
    await check();
    ending.signal.throwIfAborted();
    return result;
  } finally {
    done.abort();
    await watching;
  }
}
