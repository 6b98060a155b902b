import type { RequestName, RequestParams, RequestResults } from '../../electron/ipc/contract.ts';
import type { FakeStream } from './fake-transport.ts';

type Answers = { readonly [N in RequestName]?: (params: RequestParams<N>) => RequestResults[N] | Promise<RequestResults[N]> };

/** What the gallery's engine answers about volumes. */
export const galleryVolumes = {
  'volume.create': ({ name }) => ({ id: name === '' ? 'f'.repeat(64) : name }),
  'volume.remove': ({ ids }) => ({
    results: ids.map((id) => ({ id, failure: { message: `remove ${id}: volume is in use - [0a1b2c3d4e5f]`, status: 409 } })),
  }),
  'volume.inspect': ({ id }) => ({ Name: id, Driver: 'local', Mountpoint: `/var/lib/slipway/volumes/${id}/_data`, Labels: {}, Options: {}, Scope: 'local' }),
  'volume.sizes': async ({ ids }) => {
    await new Promise((resolve) => setTimeout(resolve, 120));
    const sizeOf = (id: string) => ([...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 9_000_000_000) + 4096;
    return { sizes: Object.fromEntries(ids.map((id) => [id, sizeOf(id)])) };
  },
} satisfies Answers;

export const galleryVolumeStreams = {
  'volume.import': (stream: FakeStream<'volume.import'>) => {
    const timer = setTimeout(() => stream.end(), 1000);
    return () => clearTimeout(timer);
  },
};
