import { MessageTransport } from './message-transport.ts';
import { RequestError } from './transport.ts';
import { decodeFrame, encodeFrame } from './websocket-frames.ts';

/** `denied`: the token was refused, and no further try is made. */
export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'denied';

export interface WebSocketOptions {
  readonly url: string;
  readonly token: string;
  readonly onState: (state: ConnectionState) => void;
  readonly create?: (url: string) => WebSocket;
  /** Milliseconds before the given try, the first being 0. */
  readonly delay?: (attempt: number) => number;
}

/** Close code of a server that does not know the token. */
const DENIED = 4401;

/**
 * Carries the contract over a WebSocket. The first frame is the token, the first answer says that it was taken.
 * Connects again with growing delays for as long as the page lives; a call made meanwhile waits.
 */
export function webSocketTransport(options: WebSocketOptions): { readonly transport: MessageTransport; readonly close: () => void } {
  const { url, token, onState, create = (address) => new WebSocket(address), delay = growingDelay } = options;
  const transport = new MessageTransport();
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | null = null;
  let closed = false;

  const connect = () => {
    const current = create(url);
    socket = current;
    let ready = false;
    current.binaryType = 'arraybuffer';
    current.addEventListener('open', () => current.send(JSON.stringify({ type: 'hello', token })));
    current.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
      if (ready) return transport.receive(decodeFrame(event.data));
      ready = true;
      attempt = 0;
      transport.attach((message) => current.send(encodeFrame(message)));
      onState('connected');
    });
    current.addEventListener('close', (event) => {
      if (closed) return;
      if (event.code === DENIED) {
        transport.refuse(new RequestError('the server does not know this address; open the one that it printed', 401));
        return onState('denied');
      }
      if (ready) transport.detach(new RequestError('the connection to the server was lost', 0));
      onState('lost');
      // Nobody waits for a window that cannot be seen; it connects when it is.
      if (globalThis.document?.hidden) document.addEventListener('visibilitychange', connect, { once: true });
      else timer = setTimeout(connect, delay(attempt++));
    });
  };
  onState('connecting');
  connect();

  return {
    transport,
    close: () => {
      closed = true;
      clearTimeout(timer);
      globalThis.document?.removeEventListener('visibilitychange', connect);
      socket?.close();
      transport.refuse(new RequestError('the connection was closed', 0));
    },
  };
}

function growingDelay(attempt: number): number {
  return Math.min(250 * 2 ** attempt, 5000);
}
