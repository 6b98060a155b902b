import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Transport } from '../engine/transport.ts';

/** Milliseconds for which a size is taken as it was. */
const LIFE = 60_000;
/** Volumes in one request: the first sizes show before the last is measured. */
const BATCH = 8;

export interface VolumeSizes extends StoreApi<{ readonly bytes: ReadonlyMap<string, number | null> }> {
  /** Somebody looks at these: those whose size is not known, or old, are measured in the background. Cheap. */
  want(ids: readonly string[]): void;
}

/** Sizes of volumes by name; null: its files are not the engine's own. They are measured when looked at, never for an event. */
export function createVolumeSizes(transport: Transport, now: () => number = Date.now): VolumeSizes {
  const store = createStore<{ readonly bytes: ReadonlyMap<string, number | null> }>(() => ({ bytes: new Map() }));
  const asked = new Map<string, number>();
  const waiting = new Set<string>();
  let busy = false;

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    // Rows of one paint come together.
    await Promise.resolve();
    while (waiting.size > 0) {
      const ids = [...waiting].slice(0, BATCH);
      for (const id of ids) waiting.delete(id);
      try {
        const { sizes } = await transport.request('volume.sizes', { ids });
        store.setState(({ bytes }) => ({ bytes: new Map([...bytes, ...Object.entries(sizes)]) }));
      } catch {
        // The engine is away: asked again by the next look.
        for (const id of ids) asked.delete(id);
        waiting.clear();
      }
    }
    busy = false;
  };

  return Object.assign(store, {
    want(ids: readonly string[]) {
      const time = now();
      for (const id of ids) {
        if (time - (asked.get(id) ?? -LIFE) < LIFE) continue;
        asked.set(id, time);
        waiting.add(id);
      }
      if (waiting.size > 0) void work();
    },
  });
}
