import { useEffect, useState, useSyncExternalStore } from 'react';
import type { BuildRow, BuildView } from '../../../runtime/api/types/build.ts';
import { useServices } from '../../stores/services.tsx';
import type { LogBuffer } from '../../ui/log-buffer.ts';
import { StepOutput } from './step-output.ts';

/** While a build runs its times grow without an event. */
const PACE = 1000;

/** The time, every second while it is wanted and the window is seen. */
function useClock(wanted: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!wanted) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const tick = () => setNow(Date.now());
    const follow = () => {
      clearInterval(timer);
      timer = document.hidden ? undefined : setInterval(tick, PACE);
    };
    document.addEventListener('visibilitychange', follow);
    follow();
    return () => {
      document.removeEventListener('visibilitychange', follow);
      clearInterval(timer);
    };
  }, [wanted]);
  return now;
}

export interface ReadBuild {
  /** Null: not read yet. */
  readonly view: BuildView | null;
  /** What the times of steps that run are counted to. */
  readonly at: number;
  readonly error: string;
}

const NOT_READ: ReadBuild = { view: null, at: 0, error: '' };

/** All of one build, read again with each change of its row, which the feed tells. Undefined: nothing is read. */
export function useBuild(row: BuildRow | undefined): ReadBuild {
  const { transport } = useServices();
  const [read, setRead] = useState(NOT_READ);
  const now = useClock(row?.status === 'running');
  useEffect(() => {
    if (!row) return;
    let over = false;
    transport.request('build.inspect', { id: row.id }).then(
      (view) => !over && setRead({ view, at: Date.now(), error: '' }),
      (error: unknown) => !over && setRead((held) => ({ ...held, error: error instanceof Error ? error.message : String(error) })),
    );
    return () => {
      over = true;
    };
  }, [transport, row]);
  return { ...read, at: Math.max(read.at, now) };
}

/** The output of one step, growing while it runs; the same step for the life of a component. */
export function useStepLog(id: string, step: number): { readonly buffer: LogBuffer; readonly error: string; readonly isRead: boolean } {
  const { transport } = useServices();
  const [output] = useState(() => new StepOutput(transport, id, step));
  useEffect(() => output.start(), [output]);
  const error = useSyncExternalStore(output.subscribe, () => output.error);
  const isRead = useSyncExternalStore(output.subscribe, () => output.isRead);
  return { buffer: output.buffer, error, isRead };
}
