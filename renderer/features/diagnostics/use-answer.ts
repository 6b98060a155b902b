import { useCallback, useEffect, useState } from 'react';
import type { Transport } from '../../engine/transport.ts';
import { useEngine, useServices } from '../../stores/services.tsx';

/**
 * Something that is asked for at once, again on demand, and again when the engine has come back; the last answer stays meanwhile.
 * `request` is the same at each call.
 */
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
  const [asked, setAsked] = useState(0);
  const [done, setDone] = useState(-1);
  useEffect(() => {
    if (link === null) return;
    let gone = false;
    request(transport)
      .then(
        (value) => {
          if (gone) return;
          setAnswer(value);
          setError('');
        },
        (reason: unknown) => !gone && setError(reason instanceof Error ? reason.message : String(reason)),
      )
      .finally(() => !gone && setDone(asked));
    return () => {
      gone = true;
    };
  }, [request, transport, link, asked]);
  const ask = useCallback(() => setAsked((number) => number + 1), []);
  return { answer, error, busy: done !== asked, ask };
}
