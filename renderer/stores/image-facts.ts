import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ImageRow } from '../../runtime/api/types/feed.ts';
import type { Transport } from '../engine/transport.ts';
import { documentVisibility, type Visibility } from './visibility.ts';
import { whileSeen } from './while-seen.ts';

export interface ImageFacts {
  /** Bytes of an image's layers that others have too, by id; null: not measured yet. */
  readonly shared: Readonly<Record<string, number>> | null;
  /** What names stood for in their registries when they were last asked. */
  readonly remote: ReadonlyMap<string, { readonly digest: string; readonly error: string }>;
  readonly checking: boolean;
}

/** How a check for updates went. */
export interface CheckResult {
  readonly updates: number;
  readonly failed: number;
}

export interface ImageFactsStore extends StoreApi<ImageFacts> {
  /** Measures what images have in common. Never rejects: sizes are then not shown. */
  measure(): Promise<void>;
  /** Asks the registries of these images' names what they stand for now. @throws RequestError */
  check(rows: readonly ImageRow[]): Promise<CheckResult>;
  /** Follows what the shell finds by itself while the window is seen. Returns what stops it; it may be started again. */
  start(): () => void;
}

/** Names asked for in one request. */
const AT_ONCE = 50;

const repositoryOf = (name: string): string => {
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon < 0 ? name : name.slice(0, colon);
};

/** Names of an image that came from a registry: those of others say nothing there. */
export const checkableNames = ({ tags, digests }: Pick<ImageRow, 'tags' | 'digests'>): readonly string[] =>
  tags.filter((tag) => digests.some((digest) => digest.startsWith(`${repositoryOf(tag)}@`)));

/** The names of an image for which the registry has another image by now. */
export const updatedNames = (row: Pick<ImageRow, 'tags' | 'digests'>, remote: ImageFacts['remote']): readonly string[] =>
  checkableNames(row).filter((name) => {
    const digest = remote.get(name)?.digest ?? '';
    return digest !== '' && !row.digests.includes(`${repositoryOf(name)}@${digest}`);
  });

/** What is known of images beside what the feed tells, because it costs something to know it. */
export function createImageFacts(transport: Transport, visibility: Visibility = documentVisibility): ImageFactsStore {
  const store = createStore<ImageFacts>(() => ({ shared: null, remote: new Map(), checking: false }));
  const start = whileSeen({
    visibility,
    open: (again) =>
      transport.open(
        'image.remote',
        {},
        {
          // Names that could not be asked about are this page's own knowledge.
          onData: ({ remote: told }) =>
            store.setState(({ remote }) => ({ remote: new Map([...remote, ...told.map(([name, digest]) => [name, { digest, error: '' }] as const)]) })),
          onClose: () => again(),
        },
      ),
  });
  return Object.assign(store, {
    start,
    async measure() {
      await transport.request('image.usage', {}).then(
        ({ shared }) => store.setState({ shared }),
        () => undefined,
      );
    },
    async check(rows: readonly ImageRow[]) {
      const names = [...new Set(rows.flatMap(checkableNames))];
      const failed = new Set<string>();
      store.setState({ checking: true });
      try {
        for (let at = 0; at < names.length; at += AT_ONCE) {
          const { results } = await transport.request('registry.digests', { names: names.slice(at, at + AT_ONCE) });
          const remote = new Map(store.getState().remote);
          for (const { name, digest, failure } of results) {
            if (failure) failed.add(name);
            remote.set(name, { digest, error: failure?.message ?? '' });
          }
          store.setState({ remote });
        }
      } finally {
        store.setState({ checking: false });
      }
      const { remote } = store.getState();
      return {
        updates: rows.filter((row) => updatedNames(row, remote).length > 0).length,
        failed: failed.size,
      };
    },
  });
}
