import { useEffect, useState } from 'react';

export type Read<T> = { readonly state: 'loading' } | { readonly state: 'done'; readonly value: T } | { readonly state: 'failed'; readonly error: string };

/**
 * What `read` gives, again whenever it or `revision` is another, and after the milliseconds that `next` tells; null: not again by itself.
 * A hidden window reads nothing; it catches up when it is seen.
 */
export function useRead<T>(read: () => Promise<T>, revision: unknown, next: (value: T) => number | null): Read<T> {
  const [result, setResult] = useState<Read<T>>({ state: 'loading' });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stale = false;
    let asleep = false;
    const again = () => {
      if (document.hidden) {
        asleep = true;
        return;
      }
      read().then(
        (value) => {
          if (stale) return;
          setResult({ state: 'done', value });
          const delay = next(value);
          if (delay !== null) timer = setTimeout(again, delay);
        },
        (error: unknown) => !stale && setResult({ state: 'failed', error: error instanceof Error ? error.message : String(error) }),
      );
    };
    const seen = () => {
      if (document.hidden || !asleep) return;
      asleep = false;
      again();
    };
    document.addEventListener('visibilitychange', seen);
    again();
    return () => {
      stale = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [read, revision, next]);
  return result;
}
