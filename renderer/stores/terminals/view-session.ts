import type { Transport } from '../../engine/transport.ts';
import type { Session, SessionHandlers, TerminalSize } from '../../ui/terminal.tsx';

/** Largest piece of typed or pasted text that is sent at once, in bytes. */
const PIECE = 64 * 1024;

/**
 * Ties a terminal on the screen to a session of the shell. What is typed faster than it is taken waits and goes as one piece; what was typed
 * before `close` still goes. `onGone`: the session was closed or shown elsewhere, or the connection was lost (with words).
 */
export function viewSession(
  transport: Transport,
  session: string,
  window: boolean,
  size: TerminalSize,
  handlers: SessionHandlers,
  onGone: (error: string) => void,
): Session {
  let over = false;
  let closing = false;
  let typed: Uint8Array[] = [];
  let sending: Promise<void> | null = null;
  const stream = transport.open(
    'terminal',
    { session, window, ...size },
    {
      onData: (value) => {
        if (closing) return;
        return value instanceof Uint8Array ? handlers.onData(value) : handlers.onReplay(value.replay);
      },
      onClose: (error) => {
        over = true;
        if (!closing) onGone(error?.message ?? '');
      },
    },
  );
  const send = async (): Promise<void> => {
    try {
      while (typed.length > 0 && !over) {
        const all = joined(typed);
        typed = all.length > PIECE ? [all.subarray(PIECE)] : [];
        await stream.send(all.subarray(0, PIECE));
      }
    } catch {
      // The session is over, as its end has said.
      typed = [];
    }
    sending = null;
  };
  return {
    write(data) {
      if (over) return;
      typed.push(data);
      sending ??= send();
    },
    resize(resize) {
      if (!over) stream.send({ resize }).catch(() => undefined);
    },
    close() {
      closing = true;
      if (sending === null) stream.close();
      else void sending.then(() => stream.close());
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
