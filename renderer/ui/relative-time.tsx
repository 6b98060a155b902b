import { type ReactElement, useSyncExternalStore } from 'react';
import { ago, exactTime } from '../strings/format.ts';

const TICK_MS = 5000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** One clock for the whole window; it stands still while nobody looks. */
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', restart);
  listeners.add(listener);
  restart();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', restart);
    clearInterval(timer);
    timer = undefined;
  };
}

function restart() {
  if (document.hidden) {
    clearInterval(timer);
    timer = undefined;
  } else if (timer === undefined) {
    timer = setInterval(tick, TICK_MS);
    // What has just been drawn is not drawn again for less than a tick.
    if (Date.now() - now > TICK_MS) now = Date.now();
  }
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** `3 h ago`, the exact time on hover; a dash for what is no time. */
export function RelativeTime({ time, className }: { readonly time: number; readonly className?: string | undefined }): ReactElement {
  const at = useNow();
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return <span className={className}>–</span>;
  return (
    <time className={className} dateTime={moment.toISOString()} title={exactTime(time)}>
      {ago(time, at)}
    </time>
  );
}
