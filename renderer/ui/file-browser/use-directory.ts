import { useCallback, useEffect, useMemo, useState } from 'react';
import { type FileRow, rowId } from './entries.ts';
import type { FileSource } from './source.ts';

const PAGE = 2000;
/** Names that are held and ordered here; what lies beyond is found by the filter, which the engine applies then. */
const MAX_HELD = 10_000;

export interface Directory {
  readonly state: 'loading' | 'done' | 'failed';
  /** Where it is once links are followed. */
  readonly path: string;
  readonly isMounted: boolean;
  readonly rows: ReadonlyMap<string, FileRow>;
  /** Names there are, also those that are not held. */
  readonly total: number;
  readonly error: string;
}

interface Held extends Directory {
  /** What was asked for: null before the first answer. */
  readonly asked: string | null;
  /** More than is held; the engine filters it. */
  readonly isLarge: boolean;
}

const NOTHING: Directory = { state: 'loading', path: '/', isMounted: false, rows: new Map(), total: 0, error: '' };

/** The content of the folder at `path`. What is shown stays until the next answer is there; a folder too large to be held is filtered by the engine. */
export function useDirectory(source: FileSource, path: string, filter: string): { readonly directory: Directory; readonly reload: () => void } {
  const [held, setHeld] = useState<Held>({ ...NOTHING, asked: null, isLarge: false, path });
  const [attempt, setAttempt] = useState(0);
  const isKnown = held.asked === path;
  const match = isKnown && held.isLarge ? filter : '';
  const reload = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    let stale = false;
    const load = async (): Promise<void> => {
      const rows = new Map<string, FileRow>();
      let answer = await source.list(path, { offset: 0, limit: PAGE, match });
      for (let offset = 0; ; offset += PAGE) {
        for (const entry of answer.Entries) {
          const id = rowId(entry);
          rows.set(id, { ...entry, id });
        }
        if (offset + PAGE >= Math.min(answer.Total, MAX_HELD) || stale) break;
        answer = await source.list(path, { offset: offset + PAGE, limit: PAGE, match });
      }
      if (stale) return;
      const isLarge = match !== '' || answer.Total > MAX_HELD;
      setHeld({ asked: path, isLarge, state: 'done', path: answer.Path, isMounted: answer.IsMounted, rows, total: answer.Total, error: '' });
    };
    load().catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      if (!stale) setHeld({ ...NOTHING, asked: path, isLarge: false, state: 'failed', path, error: words });
    });
    return () => {
      stale = true;
    };
  }, [source, path, match, attempt]);

  return useMemo(() => ({ directory: isKnown ? held : { ...held, state: 'loading' }, reload }), [held, isKnown, reload]);
}
