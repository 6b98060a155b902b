import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Notice } from '../../electron/ipc/contract/notices.ts';
import type { Transport } from '../engine/transport.ts';
import { documentVisibility, type Visibility } from './visibility.ts';
import { whileSeen } from './while-seen.ts';

export interface NoticeState {
  readonly notices: ReadonlyMap<string, Notice>;
}

export interface NoticeStore extends StoreApi<NoticeState> {
  /** Follows the shell's list while the window is seen. Returns what stops it; it may be started again. */
  start(): () => void;
  /** All of them have been before the eyes. */
  see(): Promise<void>;
  /** Without ids: all. @throws RequestError */
  forget(ids: readonly string[]): Promise<void>;
  /** Answers a `container.unfinished`. @throws RequestError */
  bringBack(container: string): Promise<void>;
}

/** What happened while nobody looked, by id; the shell sees it whether or not there is a window. */
export function createNoticeStore(transport: Transport, visibility: Visibility = documentVisibility): NoticeStore {
  const store = createStore<NoticeState>(() => ({ notices: new Map() }));
  const start = whileSeen({
    visibility,
    open: (again) =>
      transport.open(
        'notices',
        {},
        {
          onData: (message) => {
            if ('snapshot' in message) return store.setState({ notices: new Map(message.snapshot.map((notice) => [notice.id, notice])) });
            const notices = new Map(store.getState().notices);
            for (const { id, value } of message.changes) {
              if (value) notices.set(id, value);
              else notices.delete(id);
            }
            store.setState({ notices });
          },
          onClose: () => again(),
        },
      ),
  });
  return Object.assign(store, {
    start,
    see: async () => void (await transport.request('notice.see', {})),
    forget: async (ids: readonly string[]) => void (await transport.request('notice.forget', { ids: [...ids] })),
    bringBack: async (container: string) => void (await transport.request('notice.bringBack', { container })),
  });
}
