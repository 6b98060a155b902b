import { useEffect, useRef, useState } from 'react';
import type { BuildRow, BuildView } from '../../../runtime/api/types/build.ts';
import { useServices } from '../../stores/services.tsx';
import { LogBuffer } from '../../ui/log-buffer.ts';
import { OutputLines } from './output-lines.ts';

/** While a build runs its times grow without an event. */
const PACE = 1000;

/** Calls `again` every second while it is wanted and the window is seen. */
function useWhile(wanted: boolean, again: () => void): void {
  const latest = useRef(again);
  useEffect(() => {
    latest.current = again;
  });
  useEffect(() => {
    if (!wanted) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      clearInterval(timer);
      timer = document.hidden ? undefined : setInterval(() => latest.current(), PACE);
    };
    document.addEventListener('visibilitychange', follow);
    follow();
    return () => {
      document.removeEventListener('visibilitychange', follow);
      clearInterval(timer);
    };
  }, [wanted]);
}

export interface ReadBuild {
  /** Null: not read yet. */
  readonly view: BuildView | null;
  /** When it was read. */
  readonly at: number;
  readonly error: string;
}

const NOT_READ: ReadBuild = { view: null, at: 0, error: '' };

/** All of one build; read again with each change of its row, and every second while it runs. Undefined: nothing is read. */
export function useBuild(row: BuildRow | undefined): ReadBuild {
  const { transport } = useServices();
  const [read, setRead] = useState(NOT_READ);
  const [turn, setTurn] = useState(0);
  useWhile(row?.status === 'running', () => setTurn((held) => held + 1));
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
  }, [transport, row, turn]);
  return read;
}

/** The output of one step, growing while it runs. */
export function useStepLog(id: string, step: number, running: boolean): { readonly buffer: LogBuffer; readonly error: string } {
  const { transport } = useServices();
  const [buffer] = useState(() => new LogBuffer());
  const [lines] = useState(() => new OutputLines());
  const [error, setError] = useState('');
  const [turn, setTurn] = useState(0);
  useWhile(running, () => setTurn((held) => held + 1));
  useEffect(() => {
    let over = false;
    transport.request('build.logs', { id, step }).then(
      ({ pieces }) => {
        if (over) return;
        buffer.append(lines.fresh(pieces, !running));
        setError('');
      },
      (failure: unknown) => !over && setError(failure instanceof Error ? failure.message : String(failure)),
    );
    return () => {
      over = true;
    };
  }, [transport, buffer, lines, id, step, running, turn]);
  return { buffer, error };
}
