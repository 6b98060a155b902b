import type { FileDownload } from '../../electron/ipc/contract/downloads.ts';
import type { FilePlace } from '../../electron/ipc/contract/files.ts';
import { RequestError, type Transport } from '../engine/transport.ts';
import type { DragOut, FileSource, Uploads } from '../ui/file-browser/source.ts';
import { startDownload } from './download.ts';
import { createDragOut } from './drag-out.ts';
import { sendBytes } from './send-bytes.ts';
import { createUploads } from './upload-store.ts';

/** What is kept of each object whose files were looked at. */
interface Kept {
  readonly place: { path: string };
  readonly uploads: Uploads;
  readonly dragOut: DragOut;
}

/** Objects that are remembered. */
const MAX_KEPT = 200;

export interface FileSourceOptions {
  readonly name: string;
  readonly openTerminal?: ((path: string) => void) | undefined;
  readonly tell: (title: string, error: unknown) => void;
}

export interface FileSourcesOptions extends Pick<FileSource, 'view' | 'keepView'> {
  /** The page is in a window of the app's own, not in a browser. */
  readonly isApp: () => boolean;
}

/** Gives the files of containers and volumes to whoever shows them. */
export class FileSources {
  readonly #transport: Transport;
  readonly #kept = new Map<string, Kept>();

  readonly #options: FileSourcesOptions;

  constructor(transport: Transport, options: FileSourcesOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  of(at: FilePlace, { name, openTerminal, tell }: FileSourceOptions): FileSource {
    const transport = this.#transport;
    const key = `${at.of}/${at.id}`;
    const { place, uploads, dragOut } = this.#keep(key, at);
    return {
      key,
      name,
      hasImage: at.of === 'container',
      place,
      view: this.#options.view,
      keepView: this.#options.keepView,
      uploads,
      dragOut,
      list: (path, { offset, limit, match }) => transport.request('file.list', { at, path, offset, limit, match, sort: 'name', descending: false }),
      stat: (path) => transport.request('file.stat', { at, path, follow: true }),
      read: (path, length, signal) => readBytes(transport, at, path, length, signal),
      write: (path, content, version) =>
        sendBytes(
          transport,
          'file.write',
          { at, path, size: content.length, version },
          new Blob([content]).stream(),
          new AbortController().signal,
          () => undefined,
        ),
      makeDirectory: async (path) => void (await transport.request('file.makeDirectory', { at, path })),
      rename: async (path, to) => void (await transport.request('file.rename', { at, path, to })),
      async remove(paths) {
        const { results } = await transport.request('file.remove', { at, paths: [...paths] });
        return results.flatMap(({ id, failure }) => (failure ? [{ path: id, reason: failure.message }] : []));
      },
      download: (paths) => startDownload(transport, downloadOf(at, paths)),
      ...(openTerminal && { openTerminal }),
      tell,
    };
  }

  #keep(key: string, at: FilePlace): Kept {
    const kept = this.#kept.get(key) ?? {
      place: { path: '/' },
      uploads: createUploads(this.#transport, at),
      dragOut: createDragOut(this.#transport, { downloadOf: (paths) => downloadOf(at, paths), isApp: this.#options.isApp }),
    };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const [old, { uploads }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) break;
      if (uploads.getState().length === 0) this.#kept.delete(old);
    }
    return kept;
  }
}

function downloadOf(at: FilePlace, paths: readonly string[]): FileDownload {
  const [path = '/', ...others] = paths;
  if (at.of === 'container') return others.length > 0 ? { kind: 'container.files', id: at.id, paths: [...paths] } : { kind: 'container.file', id: at.id, path };
  return others.length > 0 ? { kind: 'volume.files', name: at.id, paths: [...paths] } : { kind: 'volume.file', name: at.id, path };
}

function readBytes(transport: Transport, at: FilePlace, path: string, length: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const stream = transport.open(
      'file.read',
      { at, path, length },
      {
        onData: (chunk) => void chunks.push(new Uint8Array(chunk)),
        onClose: (error) => (error ? reject(error) : void new Blob(chunks).bytes().then(resolve, reject)),
      },
    );
    const abort = () => {
      stream.close();
      reject(new RequestError('canceled', 0));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
