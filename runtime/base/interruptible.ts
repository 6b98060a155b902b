/**
 * Settles as `work` does, and rejects as soon as `signal` fires, with its reason or with what `reason` makes of it. What `work` gives later is
 * dropped. To be used where Promise.race would meet a promise that outlives the work: that one would keep every result it was raced with.
 */
export function interruptible<T>(work: Promise<T>, signal: AbortSignal, reason: (cause: unknown) => unknown = (cause) => cause): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = (): void => reject(reason(signal.reason));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const over = (): void => signal.removeEventListener('abort', stop);
  work.then(
    (result) => {
      over();
      resolve(result);
    },
    (error: unknown) => {
      over();
      reject(error);
    },
  );
  return promise;
}
