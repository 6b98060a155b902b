import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineStatus } from '../../electron/ipc/contract/engine.ts';
import type { DEBUG_LABEL } from '../../electron/ipc/contract/terminals.ts';
import type { ContainerRow, FeedMessage, FeedSnapshot, ImageRow, NetworkRow, VolumeRow } from '../../runtime/api/types/feed.ts';
import type { OpenStream, Transport } from '../engine/transport.ts';
import type { Visibility } from './visibility.ts';

/**
 * loading: nothing known yet. live: the feed follows the engine. stale: the last known state, the feed is being opened again.
 * down: the engine has said that it is not there.
 */
export type Link = 'loading' | 'live' | 'stale' | 'down';
export type Verb = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'remove';

/** Objects by id, as the feed tells of them. */
export interface Objects {
  readonly containers: ReadonlyMap<string, ContainerRow>;
  readonly images: ReadonlyMap<string, ImageRow>;
  readonly volumes: ReadonlyMap<string, VolumeRow>;
  readonly networks: ReadonlyMap<string, NetworkRow>;
}
const NO_OBJECTS: Objects = { containers: new Map(), images: new Map(), volumes: new Map(), networks: new Map() };
const MAP_OF = { container: 'containers', image: 'images', volume: 'volumes', network: 'networks' } as const;

export interface EngineState extends Objects {
  readonly link: Link;
  readonly status: EngineStatus | null;
  /** Why the feed could not be opened; empty: it was, or nobody knows. */
  readonly error: string;
  /** What has been asked of an object and is not done yet. */
  readonly pending: ReadonlyMap<string, Verb>;
}

export interface EngineStore extends StoreApi<EngineState> {
  setPending(ids: readonly string[], verb: Verb | null): void;
  /** Opens the feed at once, as a person does not wait for the next try. */
  again(): void;
  dispose(): void;
}

/** Outside of a page. */
const ALWAYS: Visibility = { visible: () => true, subscribe: () => () => undefined };
/** Typed by the contract's own value, which a page may not import. */
const debugLabel: typeof DEBUG_LABEL = 'io.slipway.debug';

interface Retry {
  readonly first: number;
  readonly limit: number;
}

/**
 * Entities by id, from one snapshot and the changes after it. A gap in `seq` or a closed feed opens a new one; while nobody can see the
 * window there is none, and no timer. `last` is what an earlier window knew: shown as stale until the feed comes.
 */
export function createEngineStore(
  transport: Transport,
  options: { readonly retry?: Retry; readonly visibility?: Visibility; readonly last?: Objects | null } = {},
): EngineStore {
  const { retry = { first: 200, limit: 5000 }, visibility = ALWAYS, last = null } = options;
  const store = createStore<EngineState>(() => ({ link: last ? 'stale' : 'loading', status: null, error: '', ...NO_OBJECTS, ...last, pending: new Map() }));
  const life = {
    disposed: false,
    turn: 0,
    shown: visibility.visible(),
    known: last !== null,
    feed: null as OpenStream<'feed'> | null,
    status: null as OpenStream<'engine.status'> | null,
  };
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const later = (delay: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!life.disposed && life.shown) run();
    }, delay);
    timers.add(timer);
  };
  const backoff = (attempt: number) => Math.min(retry.limit, retry.first * 2 ** attempt);

  const openFeed = (attempt: number) => {
    let seq: number | null = null;
    let over = false;
    const { turn } = life;
    const again = (delay: number, nextAttempt: number) => {
      if (over || turn !== life.turn) return;
      over = true;
      life.feed = null;
      store.setState((state) => ({ link: lost(state, life.known) }));
      later(delay, () => openFeed(nextAttempt));
    };
    const stream = transport.open(
      'feed',
      {},
      {
        onData: (message) => {
          if (over) return;
          if ('snapshot' in message) {
            seq = message.seq;
            life.known = true;
            performance.mark('slipway:objects');
            store.setState({ ...fromSnapshot(message), link: 'live', error: '' });
            return;
          }
          if (seq === null || message.seq !== seq + 1) {
            stream.close();
            again(0, 0);
            return;
          }
          seq = message.seq;
          store.setState((state) => withChanges(state, message));
        },
        onClose: (error) => {
          if (!over && turn === life.turn && error && seq === null) store.setState({ error: error.message });
          again(backoff(attempt), seq === null ? attempt + 1 : 0);
        },
      },
    );
    if (!over) life.feed = stream;
  };

  const openStatus = (attempt: number) => {
    let heard = false;
    const { turn } = life;
    const stream = transport.open(
      'engine.status',
      {},
      {
        onData: (status) => {
          heard = true;
          store.setState((state) => ({ status, link: state.link === 'live' && status.state === 'running' ? 'live' : linkFor(status, state.link, life.known) }));
        },
        onClose: () => {
          if (turn === life.turn) later(backoff(heard ? 0 : attempt), () => openStatus(heard ? 0 : attempt + 1));
        },
      },
    );
    life.status = stream;
  };
  const open = () => {
    openStatus(0);
    openFeed(0);
  };
  const close = () => {
    life.turn++;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    const { feed, status } = life;
    life.feed = null;
    life.status = null;
    feed?.close();
    status?.close();
  };
  // What was known stays as it was: nobody sees it, and the next feed begins with everything.
  const undo = visibility.subscribe(() => {
    if (life.shown === visibility.visible()) return;
    life.shown = !life.shown;
    if (life.shown) open();
    else close();
  });
  if (life.shown) open();

  return Object.assign(store, {
    setPending(ids: readonly string[], verb: Verb | null) {
      store.setState((state) => {
        const pending = new Map(state.pending);
        for (const id of ids) {
          if (verb === null) pending.delete(id);
          else pending.set(id, verb);
        }
        return { pending };
      });
    },
    again() {
      if (life.disposed || !life.shown) return;
      close();
      open();
    },
    dispose() {
      life.disposed = true;
      undo();
      close();
    },
  });
}

function linkFor(status: EngineStatus, link: Link, known: boolean): Link {
  if (status.state === 'stopped' || status.state === 'failed') return 'down';
  if (link === 'live') return 'live';
  return known ? 'stale' : 'loading';
}

function lost(state: EngineState, known: boolean): Link {
  if (state.status && (state.status.state === 'stopped' || state.status.state === 'failed')) return 'down';
  return known ? 'stale' : 'loading';
}

function fromSnapshot({ snapshot }: { readonly snapshot: FeedSnapshot }): Objects {
  const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> => {
    const map = new Map<string, T>();
    for (const row of rows) map.set(row.id, row);
    return map;
  };
  return {
    containers: byId(snapshot.containers.filter((row) => !isHidden(row))),
    images: byId(snapshot.images),
    volumes: byId(snapshot.volumes),
    networks: byId(snapshot.networks),
  };
}

/** The toolbox of a debug shell is a part of its terminal, not one of a person's containers. */
const isHidden = ({ labels }: ContainerRow): boolean => debugLabel in labels;

/** Copies only the maps that changed, so that selectors on the others stay equal. */
function withChanges(state: EngineState, { changes }: Extract<FeedMessage, { changes: unknown }>): Partial<Objects> {
  const changed: { -readonly [K in keyof Objects]?: Map<string, unknown> } = {};
  for (const { kind, id, value } of changes) {
    const name = MAP_OF[kind];
    changed[name] ??= new Map<string, unknown>(state[name]);
    if (value && !(kind === 'container' && isHidden(value))) changed[name].set(id, value);
    else changed[name].delete(id);
  }
  return changed as Partial<Objects>;
}
