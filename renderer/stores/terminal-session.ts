import type { OpenStream, RequestError, StreamHandlers } from '../engine/transport.ts';
import type { Session, SessionHandlers, TerminalSize } from '../ui/terminal.tsx';

export type SessionEnd = { readonly exitCode: number } | { readonly error: string };
type Kind = 'terminal' | 'host-terminal';

/** Ties a terminal to a stream of bytes. Keys typed after its end are dropped. */
export function streamSession(
  open: (handlers: StreamHandlers<Kind>) => OpenStream<Kind>,
  handlers: SessionHandlers,
  onEnd: (end: SessionEnd) => void,
): Session {
  let over = false;
  const end = (how: SessionEnd) => {
    if (over) return;
    over = true;
    onEnd(how);
  };
  const stream = open({
    onData: (value) => (value instanceof Uint8Array ? handlers.onData(value) : end(value)),
    onClose: (error: RequestError | null) => end(error ? { error: error.message } : { exitCode: 0 }),
  });
  const send = (value: Uint8Array | { readonly resize: TerminalSize }) => {
    if (!over) stream.send(value).catch(() => undefined);
  };
  return {
    write: send,
    resize: (resize) => send({ resize }),
    close: () => {
      over = true;
      stream.close();
    },
  };
}
