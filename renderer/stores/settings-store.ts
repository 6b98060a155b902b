import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import type { Transport } from '../engine/transport.ts';
import { keptLanguage } from '../strings/languages.ts';

export interface SettingsStore extends StoreApi<Settings> {
  /** Shown at once; the shell keeps it. Rejects when it could not be kept. */
  write(change: Partial<Settings>): Promise<void>;
  /** Takes over what another window or app has chosen meanwhile. */
  refresh(): Promise<void>;
  /** Once nothing is being written any more, kept or not. */
  settled(): Promise<void>;
}

const KEY = 'slipway.settings.1';
export const DEFAULTS: Settings = {
  theme: 'system',
  language: 'system',
  density: 'comfortable',
  zoom: 1,
  shortcuts: {},
  notifications: true,
  silenced: [],
  imageChecks: 'daily',
  startAtLogin: false,
  startMinimised: false,
  closeToTray: true,
  updateCheck: true,
  updateDownload: false,
  updateChannel: 'stable',
  mutedChecks: [],
};
const THEMES: readonly Settings['theme'][] = ['system', 'light', 'dark', 'contrast-light', 'contrast-dark'];

type Kept = Pick<Storage, 'getItem' | 'setItem'>;

/** What the first frame is painted with; of a damaged copy each field falls back alone. */
function held(storage: Kept): Settings {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return {
      ...DEFAULTS,
      language: keptLanguage() ?? 'system',
      theme: THEMES.find((theme) => theme === kept.theme) ?? 'system',
      density: kept.density === 'compact' ? 'compact' : 'comfortable',
      zoom: typeof kept.zoom === 'number' && kept.zoom >= 0.5 && kept.zoom <= 3 ? kept.zoom : 1,
    };
  } catch {
    return DEFAULTS;
  }
}

/** The copy in local storage paints the first frame; the shell's answer corrects it. */
export function createSettingsStore(transport: Transport, storage: Kept): SettingsStore {
  const store = createStore<Settings>(() => held(storage));
  store.subscribe((settings) => storage.setItem(KEY, JSON.stringify(settings)));
  /** Chosen here and not kept yet: in the air, or refused. Goes along with what is chosen next. */
  let unkept: Partial<Settings> = {};
  let writing: Promise<unknown> = Promise.resolve();
  /** A window keeps its language while it is open, whatever another one chooses: what was typed in it would be lost. */
  const ownLanguage = () => ({ language: store.getState().language });
  let writes = 0;
  const read = async (own: () => Partial<Settings>) => {
    const asked = writes;
    const settings = await transport.request('settings.read', {}).catch(() => undefined);
    // The answer of a write that was asked for meanwhile knows more.
    if (settings && asked === writes) store.setState({ ...settings, ...own(), ...unkept });
  };
  void read(() => ({}));
  return Object.assign(store, {
    async write(change: Partial<Settings>) {
      writes++;
      unkept = { ...unkept, ...change };
      store.setState(change);
      const sent = unkept;
      const written = transport.request('settings.write', sent);
      writing = Promise.allSettled([writing, written]);
      const kept = await written;
      unkept = Object.fromEntries(Object.entries(unkept).filter(([name, value]) => sent[name as keyof Settings] !== value));
      store.setState({ ...kept, ...ownLanguage(), ...unkept });
    },
    refresh: () => read(ownLanguage),
    async settled() {
      await writing;
    },
  });
}
