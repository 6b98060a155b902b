import type { Backend } from '../ipc/backend.ts';
import type { ServerMessage } from '../ipc/contract.ts';
import { type ServerPort, serveConnection } from '../ipc/handle.ts';

export interface Wire {
  /** Everything that the server sent. */
  readonly sent: ServerMessage[];
  say(message: unknown): void;
  /** As when the page goes away. */
  hangUp(): void;
  readonly closed: () => boolean;
  /** The next message of the server that `wanted` accepts, from those already sent on. */
  expect<M extends ServerMessage>(wanted: (message: ServerMessage) => message is M): Promise<M>;
}

/** A served connection whose page is the test. */
export function wire(backend: Backend): Wire {
  const sent: ServerMessage[] = [];
  const waiting = new Set<() => void>();
  let receive: (message: unknown) => void = () => undefined;
  let end: () => void = () => undefined;
  let closed = false;
  const port: ServerPort = {
    send(message) {
      sent.push(message);
      for (const wake of waiting) wake();
    },
    listen(onMessage, onClose) {
      receive = onMessage;
      end = onClose;
    },
    close() {
      closed = true;
    },
  };
  serveConnection(port, backend);
  return {
    sent,
    say: (message) => receive(message),
    hangUp: () => end(),
    closed: () => closed,
    expect(wanted) {
      return new Promise((resolve) => {
        const look = () => {
          const found = sent.find(wanted);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
  };
}

export const isResult = (message: ServerMessage) => message.type === 'result';
export const isFailure = (message: ServerMessage) => message.type === 'failure';
export const isClose = (message: ServerMessage) => message.type === 'close';

/** A backend of which a test gives the rows it uses. */
export function partialBackend(given: { requests?: Partial<Backend['requests']>; streams?: Partial<Backend['streams']> }): Backend {
  return { requests: given.requests ?? {}, streams: given.streams ?? {} } as Backend;
}
