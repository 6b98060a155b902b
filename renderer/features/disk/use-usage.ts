import { useCallback, useEffect, useRef, useState } from 'react';
import type { DiskUsage } from '../../../electron/ipc/contract/disk.ts';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { useServices } from '../../stores/services.tsx';

export interface Measured {
  readonly usage: DiskUsage | null;
  readonly error: string;
  readonly busy: boolean;
  /** The newest cleanup that ended while this was shown. */
  readonly cleaned: TaskRow | null;
  readonly measure: () => void;
}

/** What was measured last, at first; measured again when asked for and after a cleanup. No event of the engine makes it measure. */
export function useUsage(): Measured {
  const { transport, tasks } = useServices();
  const [usage, setUsage] = useState<DiskUsage | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(true);
  const [cleaned, setCleaned] = useState<TaskRow | null>(null);
  const alive = useRef(false);
  const read = useCallback(
    async (fresh: boolean): Promise<void> => {
      try {
        const answer = await transport.request('disk.usage', { fresh });
        if (!alive.current) return;
        setUsage(answer);
        setError('');
      } catch (failure) {
        if (alive.current) setError(failure instanceof Error ? failure.message : String(failure));
      }
      if (alive.current) setBusy(false);
    },
    [transport],
  );
  const measure = useCallback(() => {
    setBusy(true);
    void read(true);
  }, [read]);
  useEffect(() => {
    alive.current = true;
    void read(false);
    const stop = tasks.onEnd((row) => {
      if (row.kind !== 'disk.cleanup') return;
      setCleaned(row);
      measure();
    });
    return () => {
      alive.current = false;
      stop();
    };
  }, [read, measure, tasks]);
  return { usage, error, busy, cleaned, measure };
}
