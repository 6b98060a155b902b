import { createStore } from 'zustand/vanilla';
import type { FilePlace } from '../../electron/ipc/contract/files.ts';
import { RequestError, type Transport } from '../engine/transport.ts';
import type { NewFile, Upload, Uploads } from '../ui/file-browser/source.ts';
import { sendBytes } from './send-bytes.ts';

const CONFLICT = 409;

const joined = (folder: string, path: string): string => (folder === '/' ? `/${path}` : `${folder}/${path}`);

type Change = Pick<Upload, 'id'> & Partial<Upload>;

/** Sends files one after another, so that a slow disk or line shows in one place; folders of theirs are made on the way. */
export function createUploads(transport: Transport, at: FilePlace): Uploads {
  const store = createStore<readonly Upload[]>(() => []);
  const contents = new Map<number, Blob | null>();
  const made = new Set<string>();
  let nextId = 1;
  let current: { readonly id: number; readonly abort: AbortController } | null = null;

  const update = (...changes: readonly Change[]) =>
    store.setState((rows) => rows.map((row) => changes.reduce<Upload>((held, change) => (change.id === row.id ? { ...held, ...change } : held), row)), true);

  /** What is there already is as good. */
  const makeFolders = async (folder: string, names: readonly string[]): Promise<void> => {
    for (const [index] of names.entries()) {
      const directory = joined(folder, names.slice(0, index + 1).join('/'));
      if (made.has(directory)) continue;
      await transport.request('file.makeDirectory', { at, path: directory }).catch((error: unknown) => {
        if (!(error instanceof RequestError) || error.status !== CONFLICT) throw error;
      });
      made.add(directory);
    }
  };

  const send = async (row: Upload, content: Blob | null, signal: AbortSignal): Promise<void> => {
    const names = row.path.split('/');
    if (!content) return makeFolders(row.folder, names);
    await makeFolders(row.folder, names.slice(0, -1));
    const params = { at, path: joined(row.folder, row.path), size: content.size, version: null };
    await sendBytes(transport, 'file.write', params, content.stream(), signal, (written) => written < row.size && update({ id: row.id, written }));
  };

  const work = async (): Promise<void> => {
    if (current) return;
    // How one ended is told with the beginning of the next: lists are painted once for each file.
    let ended: readonly Change[] = [];
    for (;;) {
      const row = store.getState().find(({ state }) => state === 'waiting');
      const content = row && contents.get(row.id);
      if (!row || content === undefined) break;
      const abort = new AbortController();
      current = { id: row.id, abort };
      const { id } = row;
      update(...ended, { id, state: 'running' });
      try {
        await send(row, content, abort.signal);
        ended = [{ id, state: 'done', written: row.size }];
      } catch (error) {
        ended = [abort.signal.aborted ? { id, state: 'canceled' } : { id, state: 'failed', error: (error as Error).message }];
      }
      contents.delete(id);
      current = null;
    }
    update(...ended);
    made.clear();
  };

  return Object.assign(store, {
    add(folder: string, files: readonly NewFile[]) {
      const rows = files.map(({ path, content, failure = '' }): Upload => {
        const id = nextId++;
        if (failure === '') contents.set(id, content);
        return { id, folder, path, state: failure === '' ? 'waiting' : 'failed', written: 0, size: content?.size ?? 0, error: failure };
      });
      store.setState((held) => [...held, ...rows], true);
      void work();
    },
    cancel(id: number) {
      if (current?.id === id) current.abort.abort();
      else if (store.getState().some((row) => row.id === id && row.state === 'waiting')) {
        contents.delete(id);
        update({ id, state: 'canceled' });
      }
    },
    cancelAll() {
      for (const { id, state } of store.getState()) if (state === 'waiting') contents.delete(id);
      store.setState((rows) => rows.map((row) => (row.state === 'waiting' ? { ...row, state: 'canceled' } : row)), true);
      current?.abort.abort();
    },
    dismissAll: () => store.setState((rows) => rows.filter(({ state }) => state === 'running' || state === 'waiting'), true),
    dismiss: (id: number) => store.setState((rows) => rows.filter((row) => row.id !== id || row.state === 'running' || row.state === 'waiting'), true),
  });
}
