import type { SettingsStore } from '../../settings/store.ts';
import type { Backend } from '../backend.ts';

export function settingsRequests(store: SettingsStore): Pick<Backend['requests'], 'settings.read' | 'settings.write'> {
  return {
    'settings.read': () => store.read(),
    'settings.write': (settings) => store.write(settings),
  };
}
