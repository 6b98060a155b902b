import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import type { Transport } from '../engine/transport.ts';

export interface SettingsStore extends StoreApi<Settings> {
  /** Shown at once; the shell keeps it. Rejects when it could not be kept. */
  write(change: Partial<Settings>): Promise<void>;
}

const KEY = 'slipway.theme';
const THEMES: readonly Settings['theme'][] = ['system', 'light', 'dark', 'contrast-light', 'contrast-dark'];

/** The copy in local storage paints the first frame; the shell's answer corrects it. */
export function createSettingsStore(transport: Transport, storage: Pick<Storage, 'getItem' | 'setItem'>): SettingsStore {
  const held = THEMES.find((theme) => theme === storage.getItem(KEY)) ?? 'system';
  const store = createStore<Settings>(() => ({ theme: held }));
  store.subscribe(({ theme }) => storage.setItem(KEY, theme));
  let touched = false;
  transport.request('settings.read', {}).then(
    (settings) => {
      if (!touched) store.setState(settings);
    },
    () => undefined,
  );
  return Object.assign(store, {
    async write(change: Partial<Settings>) {
      touched = true;
      store.setState(change);
      await transport.request('settings.write', store.getState());
    },
  });
}
