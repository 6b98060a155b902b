import type { LogPiece, StepLogs } from './step-logs.ts';

/** Pieces that come close together are told together; a person does not see the difference. */
const COALESCE_MS = 50;

/**
 * The output of one step, what there is and then what comes, until it is over or the signal is aborted. What waits for a slow reader is in
 * the step's file, not in memory.
 */
export async function* followLog(
  logs: Pick<StepLogs, 'readFrom' | 'onChange'>,
  step: { readonly build: string; readonly vertex: number; readonly isOver: () => boolean },
  signal: AbortSignal,
): AsyncGenerator<readonly LogPiece[]> {
  let news = Promise.withResolvers<void>();
  using _listening = logs.onChange(step.build, step.vertex, () => news.resolve());
  const leave = (): void => news.resolve();
  signal.addEventListener('abort', leave);
  try {
    for (let at = 0; !signal.aborted; ) {
      // Asked before the file is read: nothing is written after the end.
      const isOver = step.isOver();
      const { pieces, next } = logs.readFrom(step.build, step.vertex, at);
      at = next;
      if (pieces.length > 0) yield pieces;
      if (isOver) return;
      await news.promise;
      news = Promise.withResolvers();
      await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
    }
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
