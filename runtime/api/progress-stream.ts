import { EngineError, isKind, messageOf } from '../base/errors.ts';
import type { RequestContext } from './context.ts';
import { type JsonStream, openJsonStream } from './reply.ts';

const PROGRESS_INTERVAL_MS = 100;

/** Lines of a long task. The answer begins with the first one. */
export interface ProgressStream {
  send(line: object): void;
  /** Settles when the client has read enough; undefined when it has. */
  drained(): Promise<void> | undefined;
  /**
   * How far `id` is in `phase`: within a phase only now and then, also where nothing comes after it, and not at all to a client that does not
   * read; the task does not wait for it.
   */
  progress(id: string, phase: string, line: object): void;
}

/** Runs a task that tells its client how it goes. What fails before the first line has a status; what fails later is the last line, as Docker has it. */
export async function withProgress(context: RequestContext, task: (stream: ProgressStream) => Promise<void>): Promise<void> {
  let opened: JsonStream | null = null;
  const open = (): JsonStream => (opened ??= openJsonStream(context));
  const last = new Map<string, { readonly phase: string; readonly time: number }>();
  /** The newest line of each that came too soon: a transfer that comes to a halt is told as far as it came. */
  const held = new Map<string, { readonly phase: string; readonly line: object }>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (id: string, phase: string, line: object): void => {
    held.delete(id);
    if (context.response.writableNeedDrain) return;
    last.set(id, { phase, time: performance.now() });
    open().send(line);
  };
  const tellHeld = (): void => {
    timer = undefined;
    for (const [id, { phase, line }] of held) tell(id, phase, line);
  };
  const stream: ProgressStream = {
    send: (line) => {
      // What was held of it is older.
      if ('id' in line) held.delete(String(line.id));
      open().send(line);
    },
    drained: () => (context.response.writableNeedDrain ? open().drained() : undefined),
    progress: (id, phase, line) => {
      const before = last.get(id);
      if (before?.phase !== phase || performance.now() - before.time >= PROGRESS_INTERVAL_MS) return tell(id, phase, line);
      held.set(id, { phase, line });
      timer ??= setTimeout(tellHeld, PROGRESS_INTERVAL_MS);
    },
  };
  try {
    await task(stream);
    open().end();
  } catch (error) {
    if (context.signal.aborted || !context.response.headersSent) throw error;
    const message = messageOf(error);
    const code = error instanceof EngineError ? error.details['exitCode'] : undefined;
    // Docker's clients do not read `kind`; it tells ours that nothing went wrong.
    const kind = isKind(error, 'Canceled') ? { kind: 'Canceled' } : {};
    open().send({ errorDetail: { ...(typeof code === 'number' ? { code } : {}), message, ...kind }, error: message });
    open().end();
  } finally {
    clearTimeout(timer);
  }
}
