import { useEffect, useEffectEvent, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { LogQuery } from '../../../../electron/ipc/contract/logs.ts';
import { LogHits } from '../../../stores/log-hits.ts';
import { LogSearch } from '../../../stores/log-search.ts';
import { LogWindow } from '../../../stores/log-window.ts';
import { useEngine, useServices } from '../../../stores/services.tsx';

/** The log of these containers and a search in it, for as long as the panel lives. */
export function useLog(ids: readonly string[]): { readonly log: LogWindow; readonly search: LogSearch } {
  const { transport } = useServices();
  const live = useEngine((state) => state.link === 'live');
  const key = ids.join();
  const { log, search } = useMemo(() => {
    const window = new LogWindow(transport, key.split(','));
    return { log: window, search: new LogSearch(transport, window) };
  }, [transport, key]);
  useEffect(() => (live ? log.start() : undefined), [live, log]);
  useEffect(() => search.attach(), [search]);
  useSyncExternalStore(log.subscribe, () => log.version);
  useSyncExternalStore(search.subscribe, () => search.version);
  return { log, search };
}

/** Has the search follow the query, a moment after the last letter. */
export function useQuery(search: LogSearch, query: LogQuery | null): void {
  const key = JSON.stringify(query);
  useEffect(() => {
    search.soon(JSON.parse(key) as LogQuery | null);
  }, [search, key]);
}

/** Only the lines that were found. */
export function useHits(log: LogWindow, search: LogSearch, around: number): LogHits {
  const { transport } = useServices();
  return useMemo(() => new LogHits(transport, log, search, around), [transport, log, search, around]);
}

export interface Cursor {
  /** Index of the hit that is shown; -1: none. */
  readonly index: number;
  /** The line of the list that is shown; -1: none. */
  readonly row: number;
  readonly go: (step: 1 | -1) => void;
  readonly reset: () => void;
}

/** The hit that somebody looks at, and the way to the next. */
export function useCursor(log: LogWindow, search: LogSearch, hits: LogHits | null): Cursor {
  const [at, setAt] = useState({ index: -1, row: -1 });
  // Enter may come before the first hit does,
  const owed = useRef<0 | 1 | -1>(0);
  // and again before it is known where in the list the hit is that was gone to.
  const aim = useRef({ index: -1 });
  const step = (direction: 1 | -1): void => {
    if (search.length === 0) {
      owed.current = direction;
      return;
    }
    owed.current = 0;
    const { first, end, length } = search;
    const from = aim.current.index;
    const isThere = from >= first && from < end;
    const index = isThere ? first + ((from - first + direction + length) % length) : direction === 1 ? first : end - 1;
    const hit = search.hit(index);
    if (!hit) return;
    const mine = { index };
    aim.current = mine;
    if (hits) setAt({ index, row: hits.rowOf(index) });
    else void log.rowOf(hit.source, hit.number).then((row) => aim.current === mine && setAt({ index, row: row ?? -1 }));
  };
  const go = useEffectEvent(step);
  useEffect(() => search.subscribe(() => owed.current !== 0 && search.length > 0 && go(owed.current)), [search]);
  const reset = (): void => {
    owed.current = 0;
    aim.current = { index: -1 };
    setAt({ index: -1, row: -1 });
  };
  return { ...at, go: step, reset };
}
