import type { Visibility } from './visibility.ts';

const RETRY_MS = 2000;

interface WhileSeen {
  readonly visibility: Visibility;
  readonly retryMs?: number | undefined;
  /** Opens the stream. It calls `again` when it has broken off, with milliseconds when it need not wait as long as usual. */
  readonly open: (again: (delayMs?: number) => void) => { close(): void };
}

/**
 * Keeps a stream open while somebody wants it and the window is seen, and opens it again when it breaks off. The answer says that one more
 * wants it, and returns what ends that wish.
 */
export function whileSeen({ visibility, retryMs = RETRY_MS, open }: WhileSeen): () => () => void {
  let stream: { close(): void } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe: (() => void) | null = null;
  let wishes = 0;
  const begin = () => {
    clearTimeout(timer);
    if (wishes === 0 || stream || !visibility.visible()) return;
    const mine = open((delayMs = retryMs) => {
      if (stream !== mine) return;
      stream = null;
      timer = setTimeout(begin, delayMs);
    });
    stream = mine;
  };
  const end = () => {
    clearTimeout(timer);
    const old = stream;
    stream = null;
    old?.close();
  };
  return () => {
    wishes++;
    unsubscribe ??= visibility.subscribe(() => (visibility.visible() ? begin() : end()));
    begin();
    return () => {
      wishes--;
      if (wishes > 0) return;
      unsubscribe?.();
      unsubscribe = null;
      end();
    };
  };
}
