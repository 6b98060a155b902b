import type { BulkResult } from '../../electron/ipc/contract/fields.ts';
import type { RequestName, RequestParams, RequestResults } from '../../electron/ipc/contract.ts';
import type { ContainerRow } from '../../runtime/api/types/feed.ts';
import { RequestError } from '../engine/transport.ts';

type Answers = { readonly [N in RequestName]?: (params: RequestParams<N>) => RequestResults[N] | Promise<RequestResults[N]> };
type Bulk = (ids: readonly string[], next: (row: ContainerRow) => ContainerRow | null) => Promise<BulkResult>;

/** What the gallery's engine answers about containers beside their first verbs. */
export function galleryContainers(containers: ReadonlyMap<string, ContainerRow>, change: (id: string, value: ContainerRow) => void, bulk: Bulk) {
  return {
    'container.pause': ({ ids }) => bulk(ids, (row) => ({ ...row, state: 'paused' })),
    'container.unpause': ({ ids }) => bulk(ids, (row) => ({ ...row, state: 'running' })),
    'container.kill': ({ ids, signal }) =>
      bulk(ids, (row) => (signal === 'SIGKILL' ? { ...row, state: 'exited', exitCode: 137, finishedAt: Date.now() } : row)),
    'container.rename': ({ id, name }) => {
      const row = containers.get(id);
      if (!row) throw new RequestError(`No such container: ${id}`, 404);
      change(id, { ...row, name });
      return null;
    },
    'container.sizes': ({ ids }) => ({ sizes: Object.fromEntries(ids.map((id) => [id, (Number.parseInt(id.slice(0, 6), 16) * 37) % 80_000_000])) }),
  } satisfies Answers;
}
