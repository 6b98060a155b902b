import { useCallback, useEffect, useState } from 'react';
import type { ContainerShells } from '../../../electron/ipc/contract/terminals.ts';
import { useServices } from '../services.tsx';

/** A glance at the tab while moving through the list asks nothing. */
const SETTLE_MS = 250;

export type Shells =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly found: ContainerShells }
  | { readonly state: 'failed'; readonly error: string };

const LOOKING: Shells = { state: 'looking' };

/** What a terminal in a container can be opened with; asked for once `wanted`, and again by `again`. */
export function useContainerShells(id: string, wanted: boolean): { readonly shells: Shells; readonly again: () => void } {
  const { transport } = useServices();
  const [shells, setShells] = useState<Shells>(LOOKING);
  const due = wanted && shells.state === 'looking';
  useEffect(() => {
    if (!due) return;
    let stale = false;
    const timer = setTimeout(() => {
      transport.request('container.shells', { id }).then(
        (found) => !stale && setShells({ state: 'found', found }),
        (error: unknown) => !stale && setShells({ state: 'failed', error: error instanceof Error ? error.message : String(error) }),
      );
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [transport, id, due]);
  return { shells, again: useCallback(() => setShells(LOOKING), []) };
}
