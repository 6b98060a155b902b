import { createStore } from 'zustand/vanilla';
import type { FileDownload } from '../../electron/ipc/contract/downloads.ts';
import type { RequestResults } from '../../electron/ipc/contract.ts';
import type { OpenStream, Transport } from '../engine/transport.ts';
import type { DraggedFiles, DragOut, Fetching } from '../ui/file-browser/source.ts';

type Prepared = RequestResults['download.prepare'];

export interface DragOutOptions {
  readonly downloadOf: (paths: readonly string[]) => FileDownload;
  /** The app's shell drags with a file; a browser with an address. */
  readonly isApp: () => boolean;
}

const keyOf = (paths: readonly string[]): string => JSON.stringify(paths);

/** Files of one object that leave the window under the pointer. */
export function createDragOut(transport: Transport, { downloadOf, isApp }: DragOutOptions): DragOut {
  const fetching = createStore<Fetching | null>(() => null);
  /** What a drag of a browser carries has to be there when it begins. */
  let aimed: { readonly key: string; prepared: Prepared | null; error: unknown } | null = null;
  /** What was fetched for a pointer that was released meanwhile. */
  let ready: { readonly key: string; readonly id: string } | null = null;
  let own = false;
  let stream: OpenStream<'drag.fetch'> | null = null;

  const cancel = () => {
    stream?.close();
    stream = null;
    ready = null;
    fetching.setState(null, true);
  };

  /** The pointer is down now; false from its release on. */
  const held = (): { readonly down: () => boolean } => {
    let down = true;
    const up = () => {
      down = false;
      for (const name of ['pointerup', 'pointercancel']) window.removeEventListener(name, up, true);
    };
    for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, up, true);
    return { down: () => down };
  };

  /** The pointer belongs to the system while it drags: the page sees it again when that is over. */
  const markOwn = () => {
    own = true;
    window.addEventListener('pointermove', () => (own = false), { capture: true, once: true });
  };

  const handOver = (id: string, { title, tell }: DraggedFiles) => {
    cancel();
    markOwn();
    transport.request('drag.start', { id }).catch((error: unknown) => tell(title, error));
  };

  const fetch = (files: DraggedFiles) => {
    const { paths, name, title, tell } = files;
    const key = keyOf(paths);
    if (ready?.key === key) return handOver(ready.id, files);
    cancel();
    const pointer = held();
    let id = '';
    const opened = transport.open(
      'drag.fetch',
      { download: downloadOf(paths) },
      {
        onData(message) {
          if ('id' in message) id = message.id;
          else if (stream === opened) fetching.setState({ name, ...message, ready: false }, true);
        },
        onClose(error) {
          if (stream !== opened) return;
          if (error) {
            cancel();
            return tell(title, error);
          }
          stream = null;
          if (pointer.down()) return handOver(id, files);
          ready = { key, id };
          fetching.setState({ name, written: 0, size: null, ready: true }, true);
        },
      },
    );
    stream = opened;
  };

  return {
    fetching,
    isOwn: () => own,
    cancel,
    aim(paths) {
      if (isApp()) return;
      const aim = { key: keyOf(paths), prepared: null as Prepared | null, error: null as unknown };
      aimed = aim;
      transport.request('download.prepare', { download: downloadOf(paths) }).then(
        (prepared) => {
          aim.prepared = prepared;
        },
        (error: unknown) => {
          aim.error = error;
        },
      );
    },
    begin(event, files) {
      if (isApp()) {
        event.preventDefault();
        return fetch(files);
      }
      const { key, prepared, error } = aimed ?? { key: '', prepared: null, error: null };
      aimed = null;
      if (prepared === null || key !== keyOf(files.paths)) {
        event.preventDefault();
        if (error !== null) files.tell(files.title, error);
        return;
      }
      const { href } = new URL(prepared.url, location.href);
      event.dataTransfer.effectAllowed = 'copy';
      event.dataTransfer.setData('DownloadURL', `application/octet-stream:${prepared.name}:${href}`);
      event.dataTransfer.setData('text/plain', files.paths.join('\n'));
    },
  };
}
