import { createStore, type StoreApi } from 'zustand/vanilla';
import type { UpdateState } from '../../electron/ipc/contract/updates.ts';
import type { OpenStream, Transport } from '../engine/transport.ts';
import { documentVisibility, type Visibility } from './visibility.ts';

export type UpdateVerb = 'check' | 'download' | 'cancel' | 'install' | 'skip' | 'unskip' | 'later';

export interface UpdateStore extends StoreApi<{ readonly update: UpdateState | null }> {
  /** Follows the shell while the window is seen. Returns what stops it; it may be started again. */
  start(): () => void;
  /** @throws RequestError */
  ask(verb: UpdateVerb): Promise<void>;
}

/** What the shell knows of newer versions of the app; null: nothing yet. */
export function createUpdateStore(transport: Transport, visibility: Visibility = documentVisibility): UpdateStore {
  const store = createStore<{ readonly update: UpdateState | null }>(() => ({ update: null }));
  let stream: OpenStream<'update'> | null = null;
  const close = () => {
    const old = stream;
    stream = null;
    old?.close();
  };
  const open = () => {
    if (stream || !visibility.visible()) return;
    const mine = transport.open(
      'update',
      {},
      {
        onData: (update) => store.setState({ update }),
        // It comes again with the window, or with the next look at it.
        onClose: () => {
          if (stream === mine) stream = null;
        },
      },
    );
    stream = mine;
  };
  return Object.assign(store, {
    start() {
      const unsubscribe = visibility.subscribe(() => (visibility.visible() ? open() : close()));
      open();
      return () => {
        unsubscribe();
        close();
      };
    },
    ask: async (verb: UpdateVerb) => void (await transport.request(`update.${verb}`, {})),
  });
}
