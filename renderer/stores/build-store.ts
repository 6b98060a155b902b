import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BuildRow } from '../../runtime/api/types/build.ts';
import type { Transport } from '../engine/transport.ts';
import { documentVisibility, type Visibility } from './visibility.ts';
import { whileSeen } from './while-seen.ts';

export interface BuildState {
  /** Null: nothing known yet. */
  readonly builds: ReadonlyMap<string, BuildRow> | null;
}

export interface BuildStore extends StoreApi<BuildState> {
  /** Follows the engine's builds while somebody wants them and the window is seen. Returns what ends this one's wish. */
  follow(): () => void;
  /** The engine does not tell of builds that were forgotten. */
  drop(ids: readonly string[]): void;
}

/** The engine's builds by id: one snapshot, then changes; a gap opens the feed anew. */
export function createBuildStore(transport: Transport, visibility: Visibility = documentVisibility): BuildStore {
  const store = createStore<BuildState>(() => ({ builds: null }));
  const follow = whileSeen({
    visibility,
    open: (again) => {
      let seq: number | null = null;
      const stream = transport.open(
        'builds',
        {},
        {
          onData: (message) => {
            if ('snapshot' in message) {
              store.setState({ builds: new Map(message.snapshot.map((row) => [row.id, row])) });
            } else if (seq === null || message.seq !== seq + 1) {
              stream.close();
              again(0);
              return;
            } else {
              const builds = new Map(store.getState().builds);
              for (const row of message.changes) builds.set(row.id, row);
              store.setState({ builds });
            }
            seq = message.seq;
          },
          onClose: () => again(),
        },
      );
      return stream;
    },
  });

  return Object.assign(store, {
    follow,
    drop(ids: readonly string[]) {
      store.setState(({ builds }) => {
        const kept = new Map(builds);
        for (const id of ids) kept.delete(id);
        return { builds: builds && kept };
      });
    },
  });
}
