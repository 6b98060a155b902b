import type { EngineState, Objects } from './engine-store.ts';

const KEY = 'slipway.objects.1';
/** Rows kept of each list, the newest ones: more than the first screen shows, and small enough to read and write in a blink. */
const KEPT = 500;
/** Characters; more is not kept. Browsers allow some 5 million for everything. */
const LIMIT = 2_000_000;
const LISTS = ['containers', 'images', 'volumes', 'networks'] as const;

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
interface Row {
  readonly id: string;
  readonly createdAt: number;
}

/** Keeps what is known for the first frame of the next start. `shape` names this build of the app: another one may know other fields. */
export function keepObjects(storage: Kept, shape: string, state: EngineState): void {
  const newest = (rows: ReadonlyMap<string, Row>) => [...rows.values()].sort((a, b) => b.createdAt - a.createdAt).slice(0, KEPT);
  const text = JSON.stringify({ shape, ...Object.fromEntries(LISTS.map((list) => [list, newest(state[list])])) });
  try {
    if (text.length <= LIMIT) storage.setItem(KEY, text);
    else storage.removeItem(KEY);
  } catch {
    // A full storage is no reason to disturb anybody: the next start shows its skeleton.
    storage.removeItem(KEY);
  }
}

/** What was kept; null: nothing, or nothing that this build understands. */
export function keptObjects(storage: Kept, shape: string): Objects | null {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? 'null') as ({ readonly shape: unknown } & Record<string, unknown>) | null;
    if (kept?.shape !== shape) return null;
    const maps = LISTS.map((list): readonly [string, unknown] => {
      const rows = kept[list];
      if (!Array.isArray(rows) || rows.length > KEPT || !rows.every(isRow)) throw new Error(`no rows: ${list}`);
      return [list, new Map(rows.map((row) => [row.id, row]))];
    });
    return Object.fromEntries<unknown>(maps) as unknown as Objects;
  } catch {
    return null;
  }
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
