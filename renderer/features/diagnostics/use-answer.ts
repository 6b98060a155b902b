import { useCallback, useEffect, useRef, useState } from 'react';
import type { Transport } from '../../engine/transport.ts';
import { useEngine, useServices } from '../../stores/services.tsx';

/** Something that is asked for at once, again on demand, and again when the engine has come back. The last answer stays while it is asked. */
export function useAnswer<T>(request: (transport: Transport) => Promise<T>): {
  readonly answer: T | null;
  readonly error: string;
  readonly busy: boolean;
  readonly ask: () => void;
} {
  const { transport } = useServices();
  const link = useEngine((state) => (state.link === 'live' || state.link === 'down' ? state.link : null));
  const [answer, setAnswer] = useState<T | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const wanted = useRef(request);
  wanted.current = request;
  const ask = useCallback(() => {
    setBusy(true);
    wanted
      .current(transport)
      .then(
        (value) => {
          setAnswer(value);
          setError('');
        },
        (reason: unknown) => setError(reason instanceof Error ? reason.message : String(reason)),
      )
      .finally(() => setBusy(false));
  }, [transport]);
  useEffect(() => {
    if (link !== null) ask();
  }, [link, ask]);
  return { answer, error, busy, ask };
}
