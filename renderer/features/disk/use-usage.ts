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

/** What was measured last, at first; measured again when asked for, after a cleanup and after logs were emptied. No event of the engine makes it measure. */
export function useUsage(): Measured {
  const { transport, tasks, ui } = useServices();
  const [usage, setUsage] = useState<DiskUsage | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(true);
  const [cleaned, setCleaned] = useState<TaskRow | null>(null);
  const alive = useRef(false);
  const take = useCallback((answer: DiskUsage) => {
    if (!alive.current) return;
    setUsage(answer);
    setError('');
    setBusy(false);
  }, []);
  const fail = useCallback((failure: unknown) => {
    if (!alive.current) return;
    setError(failure instanceof Error ? failure.message : String(failure));
    setBusy(false);
  }, []);
  const measure = useCallback(() => {
    setBusy(true);
    transport.request('disk.usage', { fresh: true }).then(take, fail);
  }, [transport, take, fail]);
  useEffect(() => {
    alive.current = true;
    transport.request('disk.usage', { fresh: false }).then(take, fail);
    const stop = tasks.onEnd((row) => {
      if (row.kind !== 'disk.cleanup') return;
      setCleaned(row);
      measure();
    });
    const stopLogs = ui.subscribe((state, before) => state.logsEmptied !== before.logsEmptied && measure());
    return () => {
      alive.current = false;
      stop();
      stopLogs();
    };
  }, [transport, tasks, ui, take, fail, measure]);
  return { usage, error, busy, cleaned, measure };
}
