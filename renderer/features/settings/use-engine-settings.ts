import { useCallback, useEffect, useState } from 'react';
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
  const change = useCallback(async (wanted: Change) => setAnswer(await transport.request('engine.changeSettings', { change: wanted })), [transport]);
  return { answer, error, isDown, read, change };
}
