import { useCallback, useEffect, useRef, useState } from 'react';
import type { RequestParams } from '../../../electron/ipc/contract.ts';
import type { EngineSettingsAnswer } from '../../../runtime/api/types/settings.ts';
import { useEngine, useServices } from '../../stores/services.tsx';

type Change = RequestParams<'engine.changeSettings'>['change'];

export interface EngineSettings {
  /** Null: not read yet, or the engine is not there. */
  readonly answer: EngineSettingsAnswer | null;
  /** Why they could not be read; empty: nothing went wrong. */
  readonly error: string;
  readonly isDown: boolean;
  readonly read: () => void;
  /** @throws RequestError with the engine's words */
  readonly change: (change: Change) => Promise<void>;
  /** When the last change is in force or was refused. */
  readonly settled: () => Promise<unknown>;
}

/** The engine's settings, read again whenever it comes back. */
export function useEngineSettings(): EngineSettings {
  const { transport } = useServices();
  const link = useEngine((state) => state.link);
  const [answer, setAnswer] = useState<EngineSettingsAnswer | null>(null);
  const [error, setError] = useState('');
  const isDown = link === 'down';
  const read = useCallback(() => {
    transport.request('engine.settings', {}).then(
      (found) => {
        setAnswer(found);
        setError('');
      },
      (reason: unknown) => setError(reason instanceof Error ? reason.message : String(reason)),
    );
  }, [transport]);
  useEffect(() => {
    if (link === 'live') read();
  }, [link, read]);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const change = useCallback(
    async (wanted: Change) => {
      const asked = transport.request('engine.changeSettings', { change: wanted });
      last.current = asked.catch(() => undefined);
      setAnswer(await asked);
    },
    [transport],
  );
  const settled = useCallback(() => last.current, []);
  return { answer, error, isDown, read, change, settled };
}
