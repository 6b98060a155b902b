const sending = new Set<Promise<unknown>>();

/** Counts `work` among what this page sends by itself, and what would be cut off with it. */
export function whileSending<T>(work: Promise<T>): Promise<T> {
  const settled: Promise<unknown> = work.then(
    () => sending.delete(settled),
    () => sending.delete(settled),
  );
  sending.add(settled);
  return work;
}

export const isSending = (): boolean => sending.size > 0;

/** Once this page sends nothing any more. */
export async function allSent(): Promise<void> {
  while (sending.size > 0) await Promise.all(sending);
}
