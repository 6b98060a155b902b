import type { ContainerRow, ImageRow, NetworkRow, VolumeRow } from '../../runtime/api/types/feed.ts';

const NAMES = ['web', 'api', 'postgres', 'redis', 'worker', 'scheduler', 'mailer', 'search', 'gateway', 'metrics', 'queue', 'auth', 'cache', 'proxy', 'cron'];
const IMAGES = ['nginx:1.27', 'node:24-slim', 'postgres:17', 'redis:7.4', 'registry.example:5000/shop/worker:2026.11', 'busybox:latest', 'python:3.13-slim'];
const LONG = 'a-container-whose-name-was-made-by-a-program-that-had-a-lot-to-say-about-what-it-is-for-and-where-it-comes-from-0123456789';

/** Numbers that look random and are the same each time. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hex = (next: () => number, length: number): string => Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');

export function fakeContainers(count: number, now: number, longNames = false): readonly ContainerRow[] {
  const next = numbers(count + 7);
  return Array.from({ length: count }, (_, index): ContainerRow => {
    const kind = index % NAMES.length;
    const roll = index < 3 ? 0 : next();
    const state = roll < 0.62 ? 'running' : roll < 0.66 ? 'paused' : roll < 0.7 ? 'created' : 'exited';
    const exitCode = state === 'exited' ? ([0, 0, 1, 137, 143, 139][Math.floor(next() * 6)] ?? 0) : 0;
    const createdAt = now - Math.floor(next() ** 3 * 40 * 86_400_000) - 5000;
    const startedAt = state === 'created' ? 0 : createdAt + 900;
    const image = IMAGES[(kind * 3) % IMAGES.length] ?? 'busybox:latest';
    return {
      id: hex(next, 64),
      name:
        longNames && index % 2 === 0 ? `${LONG}-${index}` : index < NAMES.length ? (NAMES[kind] ?? '') : `${NAMES[kind]}-${Math.floor(index / NAMES.length)}`,
      image: longNames ? `registry.example:5000/a/very/deep/path/of/an/organisation/${image}@sha256:${hex(next, 64)}` : image,
      imageId: `sha256:${hex(next, 64)}`,
      command: '/docker-entrypoint.sh nginx -g daemon off;',
      state,
      exitCode,
      oomKilled: exitCode === 137 && index % 2 === 0,
      error: '',
      createdAt,
      startedAt,
      finishedAt: state === 'exited' ? Math.min(now - 4000, createdAt + Math.floor(next() * 7_200_000)) : 0,
      restartCount: 0,
      nextStartAt: 0,
      tty: index % 4 === 0,
      labels: index % 5 < 3 ? { 'com.docker.compose.project': index % 10 < 5 ? 'shop' : 'blog', 'com.docker.compose.service': NAMES[kind] ?? '' } : {},
      health: state === 'running' ? ((['none', 'none', 'healthy', 'none', 'unhealthy', 'starting'] as const)[index % 6] ?? 'none') : 'none',
      networks: [index % 5 < 3 ? 'shop_default' : 'bridge'],
      volumes: kind === 2 ? ['shop_database'] : [],
      ports: index === 0 ? [{ container: 80, host: 8080, protocol: 'tcp', address: '0.0.0.0' }] : [],
    };
  });
}

export function fakeImages(count: number, now: number, containers: readonly ContainerRow[]): readonly ImageRow[] {
  const next = numbers(count + 99);
  return Array.from({ length: count }, (_, index): ImageRow => {
    const tag = IMAGES[index % IMAGES.length] ?? '';
    const tags = index % 9 === 8 ? [] : index < IMAGES.length ? [tag] : [`${tag}-${Math.floor(index / IMAGES.length)}`];
    return {
      id: `sha256:${hex(next, 64)}`,
      tags: index === 2 ? [...tags, 'postgres:latest'] : tags,
      digests: tags.map((name) => `${name.replace(/:[^/]*$/, '')}@sha256:${hex(next, 64)}`),
      createdAt: now - Math.floor(next() * 120 * 86_400_000),
      size: Math.floor(4e6 + next() ** 3 * 1.4e9),
      usedBy: containers.filter((row) => row.image === tag && index < IMAGES.length).map(({ id }) => id),
      command: '/bin/sh',
    };
  });
}

const VOLUMES = ['shop_database', 'shop_uploads', 'blog_content', 'cache', 'grafana-data', 'registry'];

export function fakeVolumes(count: number, now: number, containers: readonly ContainerRow[], longNames = false): readonly VolumeRow[] {
  const next = numbers(count + 13);
  return Array.from({ length: count }, (_, index): VolumeRow => {
    const known = `${longNames ? `${LONG}_` : ''}${VOLUMES[index % VOLUMES.length] ?? ''}`;
    const id = index % 7 === 6 ? hex(next, 64) : index < VOLUMES.length ? known : `${known}-${Math.floor(index / VOLUMES.length)}`;
    return {
      id,
      driver: 'local',
      mountpoint: `/var/lib/slipway/volumes/${id}/_data`,
      createdAt: now - Math.floor(next() * 90 * 86_400_000),
      labels: index % 7 === 6 ? { 'com.docker.volume.anonymous': '' } : {},
      options: {},
      usedBy: containers.filter(({ volumes }) => volumes.includes(id)).map((row) => row.id),
    };
  });
}

export function fakeNetworks(now: number, containers: readonly ContainerRow[]): readonly NetworkRow[] {
  const next = numbers(5);
  const names = ['bridge', 'host', 'none', 'shop_default', 'blog_default', 'backend'];
  return names.map(
    (name, index): NetworkRow => ({
      id: hex(next, 64),
      name,
      driver: index === 1 ? 'host' : index === 2 ? 'null' : 'bridge',
      builtIn: index < 3,
      internal: name === 'backend',
      ipv6: false,
      createdAt: now - index * 3_600_000,
      labels: {},
      options: {},
      subnets: index === 1 || index === 2 ? [] : [{ subnet: `172.${17 + index}.0.0/16`, range: '', gateway: `172.${17 + index}.0.1` }],
      ownSubnets: index === 5,
      members: containers
        .filter((row) => row.state === 'running' && row.networks.includes(name))
        .slice(0, 250)
        .map((row, at) => ({
          container: row.id,
          ipv4: `172.${17 + index}.0.${at + 2}`,
          ipv6: '',
          mac: '02:42:ac:11:00:02',
          names: [row.name, row.id.slice(0, 12)],
        })),
    }),
  );
}
