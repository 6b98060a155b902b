import type { Settings } from '../../electron/ipc/contract/settings.ts';
import type { EngineStore } from './engine-store.ts';
import type { ImageFacts, ImageFactsStore } from './image-facts.ts';
import type { Visibility } from './metrics-store.ts';
import type { SettingsStore } from './settings-store.ts';

const HOUR = 3_600_000;
const INTERVALS: Readonly<Record<Settings['imageChecks'], number>> = {
  never: Number.POSITIVE_INFINITY,
  'six-hours': 6 * HOUR,
  daily: 24 * HOUR,
  weekly: 7 * 24 * HOUR,
};
/** A start of the app has better things to do first. */
const SOONEST_MS = 8000;
/** So that many machines do not ask at once: a tenth of the interval, and this much at the least. */
const JITTER = 0.1;
const JITTER_MS = 8000;
/** While the engine cannot be asked. */
const LATER_MS = 60_000;
const LONGEST_MS = 2 ** 31 - 1;
/** Names that are remembered. */
const MOST = 2000;
const KEY = 'slipway.image-checks.1';

interface Kept {
  /** Milliseconds since the epoch; 0: never. */
  readonly checkedAt: number;
  readonly remote: readonly (readonly [name: string, digest: string])[];
}

export interface UpdateCheckOptions {
  readonly engine: EngineStore;
  readonly imageFacts: ImageFactsStore;
  readonly settings: SettingsStore;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly visibility: Visibility;
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/**
 * Asks registries for newer images by itself, at the interval of the settings and only while the window is seen. What was found is kept over a
 * restart. Nobody is asked for a password, and nothing is said of names that could not be asked about. Returns what ends it.
 */
export function followUpdates({ engine, imageFacts, settings, storage, visibility, now = Date.now, random = Math.random }: UpdateCheckOptions): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const plan = (soonest = SOONEST_MS) => {
    clearTimeout(timer);
    timer = undefined;
    const interval = INTERVALS[settings.getState().imageChecks];
    if (ended || !visibility.visible() || !Number.isFinite(interval)) return;
    const due = read(storage).checkedAt + interval - now();
    const wait = due > soonest ? due + random() * JITTER * interval : soonest + random() * JITTER_MS;
    timer = setTimeout(() => void check(), Math.min(wait, LONGEST_MS));
  };
  const check = async () => {
    const kept = read(storage);
    // Another window has asked meanwhile.
    if (now() - kept.checkedAt < INTERVALS[settings.getState().imageChecks]) return plan();
    const { link, images } = engine.getState();
    if (link !== 'live' || imageFacts.getState().checking) return plan(LATER_MS);
    write(storage, { ...kept, checkedAt: now() });
    await imageFacts.check([...images.values()], { quiet: true }).catch(() => undefined);
    plan();
  };

  const { remote } = read(storage);
  if (remote.length > 0) imageFacts.setState({ remote: new Map(remote.map(([name, digest]) => [name, { digest, error: '' }])) });
  const stops = [
    visibility.subscribe(() => plan()),
    settings.subscribe((state, before) => {
      if (state.imageChecks !== before.imageChecks) plan();
    }),
    imageFacts.subscribe((state, before) => {
      if (state.remote !== before.remote) write(storage, { checkedAt: read(storage).checkedAt, remote: found(state.remote) });
    }),
  ];
  plan();
  return () => {
    ended = true;
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

const found = (remote: ImageFacts['remote']): Kept['remote'] =>
  [...remote].flatMap(([name, { digest }]) => (digest === '' ? [] : [[name, digest] as const])).slice(-MOST);

function read(storage: Pick<Storage, 'getItem'>): Kept {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<Kept>;
    const pairs: readonly unknown[] = Array.isArray(kept.remote) ? kept.remote : [];
    return {
      checkedAt: typeof kept.checkedAt === 'number' ? kept.checkedAt : 0,
      remote: pairs.filter(isPair).slice(0, MOST),
    };
  } catch {
    return { checkedAt: 0, remote: [] };
  }
}

const isPair = (value: unknown): value is Kept['remote'][number] =>
  Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === 'string');

function write(storage: Pick<Storage, 'setItem'>, kept: Kept): void {
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A full storage costs the memory of it alone.
  }
}
