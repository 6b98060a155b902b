import type { RegistryRow } from '../../electron/ipc/contract/registries.ts';
import type { RequestName, RequestParams, RequestResults } from '../../electron/ipc/contract.ts';
import type { ImageRow } from '../../runtime/api/types/feed.ts';
import type { ImageLayersAnswer, LayerDirectoryAnswer } from '../../runtime/api/types/layers.ts';
import { RequestError } from '../engine/transport.ts';

type Answers = { readonly [N in RequestName]?: (params: RequestParams<N>) => RequestResults[N] | Promise<RequestResults[N]> };

const digest = (letter: string): `sha256:${string}` => `sha256:${letter.repeat(64)}`;
const STEPS: readonly (readonly [string, number, number, number])[] = [
  ['# debian.sh --arch amd64 out/ bookworm', 74_764_288, 3210, 0],
  [
    'RUN /bin/sh -c set -x && groupadd --system --gid 101 nginx && apt-get update && apt-get install --no-install-recommends -y nginx',
    117_345_280,
    612,
    9_213_440,
  ],
  ['COPY docker-entrypoint.sh / # buildkit', 1620, 1, 0],
  ['RUN /bin/sh -c sed -i s/80/8080/ /etc/nginx/conf.d/default.conf', 1093, 1, 1093],
];

const layers = (id: string): ImageLayersAnswer => ({
  id: id as `sha256:${string}`,
  layers: STEPS.map(([createdBy, size, files, wastedBytes], index) => ({
    diffId: digest('abcd'[index] ?? 'e'),
    createdBy,
    created: '2026-10-02T10:00:00Z',
    size,
    tarSize: size,
    added: { files, bytes: size },
    changed: { files: index, bytes: index * 900 },
    deleted: { files: index === 1 ? 14 : 0, bytes: index === 1 ? 9_213_440 : 0 },
    wastedBytes,
  })),
  totalBytes: 192_112_281,
  wastedBytes: 9_214_533,
  efficiency: 0.952,
  wasted: [
    { path: '/var/lib/apt/lists/deb.example_debian_dists_bookworm_main_binary-amd64_Packages', bytes: 8_790_112, times: 1 },
    { path: '/var/cache/debconf/templates.dat-old', bytes: 423_328, times: 1 },
    { path: '/etc/nginx/conf.d/default.conf', bytes: 1093, times: 1 },
  ],
});

const entry = (name: string, change: 'same' | 'added' | 'changed' | 'deleted', size: number, isDirectory = false): LayerDirectoryAnswer['entries'][number] => ({
  name,
  isEscaped: false,
  type: isDirectory ? 'directory' : 'file',
  change,
  size,
  mode: isDirectory ? 0o755 : 0o644,
  uid: 0,
  gid: 0,
  mtime: 1_790_000_000,
  link: '',
  layer: 1,
  below: isDirectory ? { added: change === 'same' ? 3 : 41, changed: 2, deleted: name === 'var' ? 14 : 0 } : { added: 0, changed: 0, deleted: 0 },
});
const TREE = [
  entry('bin', 'same', 5_123_000, true),
  entry('docker-entrypoint.d', 'added', 5310, true),
  entry('etc', 'changed', 812_000, true),
  entry('usr', 'changed', 171_000_000, true),
  entry('var', 'changed', 12_400_000, true),
  entry('docker-entrypoint.sh', 'added', 1620),
  entry('old-notes.txt', 'deleted', 9120),
  entry('profile', 'changed', 767),
];

const REGISTRIES: readonly RegistryRow[] = [
  { host: 'docker.io', username: 'mara', keeper: 'keychain', helper: '', added: true, insecure: false, mirrors: ['https://mirror.example'] },
  { host: 'registry.example.com', username: 'ci-bot', keeper: 'docker', helper: 'secretservice', added: false, insecure: false, mirrors: [] },
  { host: 'localhost:5000', username: '', keeper: 'none', helper: '', added: true, insecure: true, mirrors: [] },
  { host: 'ghcr.example', username: '', keeper: 'docker', helper: '', added: false, insecure: false, mirrors: [] },
];
/** As many as there are objects, but at least Docker's own. */
function registriesOf(count: number): readonly RegistryRow[] {
  if (count === 0) return [{ host: 'docker.io', username: '', keeper: 'none', helper: '', added: false, insecure: false, mirrors: [] }];
  const more = Array.from({ length: 996 }, (_, index) => ({
    host: `registry-${index + 1}.${'of-a-team-with-a-long-name.'.repeat(1 + (index % 4))}example.com:5000`,
    username: index % 3 === 0 ? '' : `builder-${index}`,
    keeper: index % 3 === 0 ? ('none' as const) : ('docker' as const),
    helper: '',
    added: index % 3 === 0,
    insecure: index % 7 === 0,
    mirrors: [],
  }));
  return count < 1000 ? REGISTRIES : [...REGISTRIES, ...more];
}
const TAGS = ['1.27', '1.27-alpine', '1.26', '1.25', 'alpine', 'latest', 'stable'];

/** Images beyond their list, and registries; two of the images have newer ones. */
export function galleryImages(images: readonly ImageRow[], objects: number): Answers {
  const updated = new Set(images.slice(1, 4).flatMap(({ tags }) => tags));
  return {
    'image.layers': ({ id }) => layers(id),
    'image.layer-tree': ({ path, find, changes }) => {
      const found = find === '' ? TREE : TREE.filter(({ name }) => name.includes(find));
      const shown = found.filter(({ change, below }) => !changes || change !== 'same' || below.added > 0);
      const entries = path === '/' ? shown : [entry('nginx.conf', 'changed', 1093), entry('mime.types', 'added', 5349), entry('modules', 'added', 0, true)];
      return { entries, total: entries.length };
    },
    'image.usage': () => ({
      layers: 9_100_000_000,
      shared: Object.fromEntries(images.map(({ id, size }, index) => [id, Math.floor((size * (index % 3)) / 2.5)])),
    }),
    'image.reclaimable': ({ ids }) => ({ bytes: ids.reduce((sum, id) => sum + (images.find((row) => row.id === id)?.size ?? 0) * 0.6, 0) }),
    'image.prune': () => ({ bytes: 1_200_000_000 }),
    'image.tag': () => null,
    'registry.list': () => ({ registries: registriesOf(objects), lack: '', docker: { path: '/home/mara/.docker/config.json', helper: '' }, problems: [] }),
    'registry.save': ({ password }) => (password === 'wrong' ? Promise.reject(new RequestError('unauthorized: authentication required', 401)) : null),
    'registry.test': () => ({ outcome: 'let-in' }),
    'registry.remove': () => null,
    'registry.search': ({ term, host }) => ({
      found: [`${term}`, `team/${term}`, `${term}-exporter`].map((name) => ({
        name: host === 'docker.io' ? name : `${host}/${name}`,
        description: '',
        stars: 10,
        official: false,
      })),
    }),
    'registry.tags': () => ({ names: TAGS, next: '' }),
    'registry.digests': ({ names }) => ({
      results: names.map((name) => ({
        name,
        digest: updated.has(name) ? digest('f') : (images.find(({ tags }) => tags.includes(name))?.digests[0]?.split('@')[1] ?? ''),
        failure: null,
      })),
    }),
  };
}
