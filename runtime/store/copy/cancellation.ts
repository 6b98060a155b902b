import { EngineError } from '../../base/errors.ts';

/** How one thread tells another, which blocks in its work, to stop. */
export class Cancellation {
  readonly flag = new SharedArrayBuffer(4);

  cancel(): void {
    Atomics.store(new Int32Array(this.flag), 0, 1);
  }
}

/** Throws Canceled once the other thread has said so. To be called for each file or megabyte. */
export function cancellationCheck(flag: SharedArrayBuffer): () => void {
  const value = new Int32Array(flag);
  return () => {
    if (Atomics.load(value, 0) !== 0) throw new EngineError('Canceled', 'the build was stopped');
  };
}
