import { expect, it } from 'vitest';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { createSettingsStore, DEFAULTS } from './settings-store.ts';

/** A shell that keeps settings, which somebody else may change and whose disk may be full. */
function shell() {
  const kept = new Map<string, string>();
  const state = { file: { ...DEFAULTS, shortcuts: { run: 'Mod+K' } } as Settings, isFull: false, sent: [] as Partial<Settings>[] };
  const transport = new FakeTransport({
    'settings.read': () => state.file,
    'settings.write': (change) => {
      state.sent.push(change);
      if (state.isFull) throw new Error('no space left on device');
      state.file = { ...state.file, ...change };
      return state.file;
    },
  });
  const store = createSettingsStore(transport, { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) });
  return { state, store };
}

it('sends what was chosen and nothing else, also before it knows the rest', async () => {
  const { state, store } = shell();
  await store.write({ theme: 'dark' });
  expect(state.sent).toEqual([{ theme: 'dark' }]);
  expect(store.getState()).toMatchObject({ theme: 'dark', shortcuts: { run: 'Mod+K' } });
});

it('shows what could not be kept, and sends it along with what is chosen next', async () => {
  const { state, store } = shell();
  state.isFull = true;
  await expect(store.write({ theme: 'dark' })).rejects.toThrow('no space left');
  await store.refresh();
  expect(store.getState().theme).toBe('dark');
  state.isFull = false;
  await store.write({ density: 'compact' });
  expect(state.file).toMatchObject({ theme: 'dark', density: 'compact' });
  await store.write({ zoom: 2 });
  expect(state.sent.at(-1)).toEqual({ zoom: 2 });
});

it('takes over what another window has chosen, but for the language, which would take away what is typed', async () => {
  const { state, store } = shell();
  await store.refresh();
  state.file = { ...state.file, density: 'compact', language: 'de' };
  await store.refresh();
  expect(store.getState()).toMatchObject({ density: 'compact', language: 'system' });
  await store.write({ theme: 'light' });
  expect(state.file).toMatchObject({ language: 'de', theme: 'light' });
});
