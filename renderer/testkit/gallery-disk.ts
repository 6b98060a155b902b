import type { DiskUsage } from '../../electron/ipc/contract/disk.ts';
import type { ContainerRow, ImageRow, VolumeRow } from '../../runtime/api/types/feed.ts';
import { numbers } from './fake-objects.ts';
import type { FakeTransport } from './fake-transport.ts';

interface Objects {
  readonly containers: Iterable<ContainerRow>;
  readonly images: readonly ImageRow[];
  readonly volumes: readonly VolumeRow[];
}

const STEPS = [
  'RUN npm ci',
  'COPY . .',
  'RUN npm run build',
  'RUN apt-get update && apt-get install -y --no-install-recommends git',
  'mount / from exec /bin/sh',
];

/** Sizes for the objects of the gallery on a disk of half a terabyte. */
export function galleryDisk({ containers, images, volumes }: Objects): FakeTransport['answers'] {
  const next = numbers(31);
  const all = [...containers];
  const imageRows = images.map(({ id, tags, size, usedBy }, index) => ({
    id,
    tags,
    size,
    shared: index % 3 === 0 ? Math.floor(size * 0.4) : 0,
    containers: usedBy.length,
  }));
  const layers = Math.floor(imageRows.reduce((sum, { size, shared }) => sum + size - shared / 2, 0));
  const usage: DiskUsage = {
    measuredAt: Date.now() - 140_000,
    root: '/var/lib/slipway',
    total: 512_110_190_592,
    free: 171_300_000_000,
    layers,
    images: imageRows,
    containers: all.map(({ id, name, state }) => ({
      id,
      name,
      running: state === 'running' || state === 'paused',
      written: Math.floor(next() ** 6 * 2e9),
      log: Math.floor(next() ** 4 * 2e8),
    })),
    volumes: volumes.map(({ id, usedBy, labels }) => ({
      name: id,
      anonymous: 'com.docker.volume.anonymous' in labels,
      size: Math.floor(next() ** 3 * 4e9),
      users: usedBy.length,
    })),
    cache: all.slice(0, 60).map((_, index) => ({
      id: `cache-${index}`,
      type: 'regular',
      description: STEPS[index % STEPS.length] ?? '',
      size: Math.floor(next() ** 4 * 9e8),
      inUse: index === 0,
      shared: index % 4 === 3,
    })),
    areas: [
      { name: 'layers', bytes: Math.floor(layers * 1.02) },
      { name: 'state.db', bytes: 8_400_000 },
      { name: 'recipes', bytes: 31_000_000 },
      { name: 'content', bytes: 1_900_000 },
    ],
  };
  const own = (rows: readonly number[]): number => rows.reduce((sum, value) => sum + value, 0);
  const snapshots = own(usage.containers.map(({ written, log }) => written + log)) + own(usage.cache.map(({ size, shared }) => (shared ? 0 : size)));
  const areas = [...usage.areas, { name: 'snapshots', bytes: snapshots }, { name: 'volumes', bytes: own(usage.volumes.map(({ size }) => size ?? 0)) }];
  return {
    'disk.usage': ({ fresh }) => ({ ...usage, areas: all.length === 0 ? [] : areas, measuredAt: fresh ? Date.now() : usage.measuredAt }),
  };
}
