import { createStore, type StoreApi } from 'zustand/vanilla';
import type { OpenStream, Transport } from '../engine/transport.ts';
import { pieces } from './send-bytes.ts';
import { whileSending } from './sending.ts';

export interface LoadTask {
  readonly id: number;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'canceled';
  /** The engine's word for what it does; empty while the archive is being sent. */
  readonly phase: string;
  /** Bytes of the archive that the engine has, or what the engine counts in its phase. */
  readonly current: number;
  readonly total: number;
  readonly loaded: readonly string[];
  readonly error: string;
}

/** What is needed of a File. */
export interface Archive {
  readonly name: string;
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
}

export interface LoadStore extends StoreApi<{ readonly tasks: readonly LoadTask[] }> {
  /** Archives are sent one after another. */
  add(archives: readonly Archive[]): void;
  cancel(id: number): void;
  dismiss(id: number): void;
}

export function createLoadStore(transport: Transport): LoadStore {
  const store = createStore<{ readonly tasks: readonly LoadTask[] }>(() => ({ tasks: [] }));
  const archives = new Map<number, Archive>();
  const streams = new Map<number, OpenStream<'image.load'>>();
  let nextId = 1;
  let busy = false;

  const update = (id: number, change: Partial<LoadTask>) =>
    store.setState(({ tasks }) => ({ tasks: tasks.map((task) => (task.id === id ? { ...task, ...change } : task)) }));
  const stateOf = (id: number) => store.getState().tasks.find((task) => task.id === id)?.state;

  const send = (id: number, archive: Archive): Promise<void> =>
    new Promise((resolve) => {
      let sent = 0;
      let engineCounts = false;
      const end = (change: Partial<LoadTask>) => {
        if (stateOf(id) === 'running') update(id, change);
        streams.delete(id);
        resolve();
      };
      const stream = transport.open(
        'image.load',
        { name: archive.name, size: archive.size },
        {
          onData: (message) => {
            if ('loaded' in message) {
              end({ state: 'done', loaded: message.loaded, current: archive.size, total: archive.size });
              return;
            }
            engineCounts = message.total > 0;
            update(id, { phase: message.phase, ...(engineCounts && { current: message.current, total: message.total }) });
          },
          onClose: (error) => end({ state: 'failed', error: error?.message ?? '' }),
        },
      );
      streams.set(id, stream);
      const pump = async () => {
        for await (const piece of pieces(archive.stream())) {
          if (stateOf(id) !== 'running') return;
          await stream.send(piece);
          sent += piece.length;
          if (!engineCounts) update(id, { current: sent });
        }
        await stream.send({ end: true });
      };
      pump().catch((error: unknown) => {
        stream.close();
        end({ state: 'failed', error: error instanceof Error ? error.message : String(error) });
      });
      cancels.set(id, () => {
        stream.close();
        end({ state: 'canceled' });
      });
    });

  const cancels = new Map<number, () => void>();
  const work = async () => {
    if (busy) return;
    busy = true;
    for (;;) {
      const task = store.getState().tasks.find(({ state }) => state === 'waiting');
      const archive = task && archives.get(task.id);
      if (!task || !archive) break;
      update(task.id, { state: 'running' });
      await send(task.id, archive);
      archives.delete(task.id);
      cancels.delete(task.id);
    }
    busy = false;
  };

  return Object.assign(store, {
    add(added: readonly Archive[]) {
      const tasks = added.map((archive): LoadTask => {
        const id = nextId++;
        archives.set(id, archive);
        return { id, name: archive.name, state: 'waiting', phase: '', current: 0, total: archive.size, loaded: [], error: '' };
      });
      store.setState((state) => ({ tasks: [...state.tasks, ...tasks] }));
      void whileSending(work());
    },
    cancel(id: number) {
      if (stateOf(id) === 'waiting') update(id, { state: 'canceled' });
      else cancels.get(id)?.();
    },
    dismiss(id: number) {
      store.setState(({ tasks }) => ({ tasks: tasks.filter((task) => task.id !== id) }));
    },
  });
}
