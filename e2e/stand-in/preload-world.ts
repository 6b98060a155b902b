/**
 * Runs before the preload script, in the same isolated world of the page. Gives it the `require('electron')` of a
 * sandboxed preload: `ipcRenderer` over a CDP binding, `contextBridge` over DOM events to the page's own world.
 */
{
  interface Bytes {
    readonly $bytes?: unknown;
  }
  type ToPage =
    | { readonly kind: 'port-data'; readonly port: number; readonly value: unknown }
    | { readonly kind: 'port-close'; readonly port: number }
    | { readonly kind: 'message'; readonly channel: string; readonly value: unknown; readonly ports: readonly number[] };
  type Listener = (event: { readonly ports: readonly MessagePort[] }, value: unknown) => void;

  const world = globalThis as unknown as Record<string, unknown>;
  const listeners = new Map<string, Listener[]>();
  const ports = new Map<number, MessagePort>();
  const encode = (_key: string, part: unknown) => (part instanceof Uint8Array ? { $bytes: part.toBase64() } : part);
  const decode = (_key: string, part: Bytes | null) => (typeof part?.$bytes === 'string' ? Uint8Array.fromBase64(part.$bytes) : part);
  const toMain = (message: object) => (world['slipwayToMain'] as (text: string) => void)(JSON.stringify(message, encode));

  world['slipwayDeliver'] = (text: string) => {
    const message = JSON.parse(text, decode) as ToPage;
    if (message.kind === 'port-data') return ports.get(message.port)?.postMessage(message.value);
    if (message.kind === 'port-close') return ports.get(message.port)?.close();
    const transferred = message.ports.map((port) => {
      const { port1, port2 } = new MessageChannel();
      ports.set(port, port1);
      port1.onmessage = (event) => toMain({ kind: 'port-data', port, value: event.data as unknown });
      port1.addEventListener('close', () => toMain({ kind: 'port-close', port }));
      return port2;
    });
    for (const listener of listeners.get(message.channel) ?? []) listener({ ports: transferred }, message.value);
  };

  const ipcRenderer = {
    on: (channel: string, listener: Listener) => void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    send: (channel: string, ...values: readonly unknown[]) => toMain({ kind: 'send', channel, values }),
  };
  /** As of a file that is on no disk. */
  const webUtils = { getPathForFile: (file: unknown) => (file instanceof File ? '' : undefined) };
  const contextBridge = {
    exposeInMainWorld(name: string, api: Readonly<Record<string, (...values: readonly unknown[]) => unknown>>) {
      if (!Object.isFrozen(api)) throw new Error('what is exposed has to be frozen');
      document.addEventListener(`stand-in:${name}`, (event) => {
        const { method, values } = (event as CustomEvent<{ readonly method: string; readonly values: readonly unknown[] }>).detail;
        document.dispatchEvent(new CustomEvent(`stand-in:${name}:answer`, { detail: api[method]?.(...values) }));
      });
      document.dispatchEvent(new CustomEvent('stand-in:expose', { detail: JSON.stringify({ name, methods: Object.keys(api) }) }));
    },
  };
  world['require'] = (name: string) => {
    if (name !== 'electron') throw new Error(`a sandboxed preload has no ${name}`);
    return { ipcRenderer, contextBridge, webUtils };
  };
}
