import type { Transport } from '../../engine/transport.ts';
import type { Session, SessionHandlers, TerminalSize } from '../../ui/terminal.tsx';

/** Ties a terminal on the screen to a session of the shell. `onGone`: the session was closed or shown elsewhere, or the connection was lost (with words). */
export function viewSession(
  transport: Transport,
  session: string,
  window: boolean,
  size: TerminalSize,
  handlers: SessionHandlers,
  onGone: (error: string) => void,
): Session {
  let over = false;
  const stream = transport.open(
    'terminal',
    { session, window, ...size },
    {
      onData: (value) => (value instanceof Uint8Array ? handlers.onData(value) : handlers.onReplay(value.replay)),
      onClose: (error) => {
        over = true;
        onGone(error?.message ?? '');
      },
    },
  );
  const send = (value: Uint8Array | { readonly resize: TerminalSize }) => {
    if (!over) stream.send(value).catch(() => undefined);
  };
  return { write: send, resize: (resize) => send({ resize }), close: () => stream.close() };
}
