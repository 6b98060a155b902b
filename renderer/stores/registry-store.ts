import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RegistryList } from '../../electron/ipc/contract/registries.ts';
import type { Transport } from '../engine/transport.ts';

export interface RegistryState {
  /** Null: not read yet. */
  readonly list: RegistryList | null;
  /** Why it could not be read; empty: it could. */
  readonly error: string;
}

export interface RegistryStore extends StoreApi<RegistryState> {
  /** Reads the list again. Never rejects. */
  load(): Promise<void>;
}

/** The registries that are known and the logins for them, without secrets; read when something shows them. */
export function createRegistryStore(transport: Transport): RegistryStore {
  const store = createStore<RegistryState>(() => ({ list: null, error: '' }));
  return Object.assign(store, {
    async load() {
      try {
        store.setState({ list: await transport.request('registry.list', {}), error: '' });
      } catch (error) {
        store.setState({ error: error instanceof Error ? error.message : String(error) });
      }
    },
  });
}
