import { portTransport } from './port-transport.ts';
import type { Transport } from './transport.ts';
import { type ConnectionState, webSocketTransport } from './websocket-transport.ts';

/** The page's link to its shell. */
export interface Connection {
  readonly transport: Transport;
  readonly state: () => ConnectionState;
  /** Calls `listener` at each change. Returns its undo. */
  subscribe(listener: () => void): () => void;
}

/** What the preload exposes. */
interface Bridge {
  /** Asks main for a port; it arrives as a window message of this type. */
  connect(): void;
}

const PORT_MESSAGE = 'slipway:port';
const TOKEN_KEY = 'slipway-token';

/** Connects to the app when this page runs inside it, else to the server that the page came from. Call once. */
export async function connect(): Promise<Connection> {
  const { state, subscribe, set } = observable();
  const bridge = (window as { slipway?: Bridge }).slipway;
  if (!bridge) {
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/connection`;
    return { transport: webSocketTransport({ url, token: takeToken(), onState: set }).transport, state, subscribe };
  }
  const port = await requestPort(bridge);
  set('connected');
  return { transport: portTransport(port, () => set('lost')), state, subscribe };
}

function requestPort(bridge: Bridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', receive);
      resolve(port);
    };
    window.addEventListener('message', receive);
    bridge.connect();
  });
}

/** The token comes in the fragment, which no request carries; it leaves the address bar and history at once. */
function takeToken(): string {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return sessionStorage.getItem(TOKEN_KEY) ?? '';
  sessionStorage.setItem(TOKEN_KEY, token);
  history.replaceState(null, '', location.pathname);
  return token;
}

function observable() {
  let current: ConnectionState = 'connecting';
  const listeners = new Set<() => void>();
  return {
    state: () => current,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set: (next: ConnectionState) => {
      if (current === next) return;
      current = next;
      for (const listener of listeners) listener();
    },
  };
}
