import type { BulkResult } from '../../electron/ipc/contract/fields.ts';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import type { ContainerRow, FeedChange } from '../../runtime/api/types/feed.ts';
import type { MetricPoint } from '../../runtime/api/types/metrics.ts';
import { RequestError } from '../engine/transport.ts';
import { DEFAULTS } from '../stores/settings-store.ts';
import { keptLanguage } from '../strings/languages.ts';
import { fakeContainers, fakeImages, fakeNetworks, fakeVolumes, numbers } from './fake-objects.ts';
import { type FakeStream, FakeTransport, RUNNING } from './fake-transport.ts';
import { galleryBuilds } from './gallery-builds.ts';
import { galleryContainers } from './gallery-containers.ts';
import { galleryDisk } from './gallery-disk.ts';
import { galleryFileStreams, galleryFiles } from './gallery-files.ts';
import { galleryImages } from './gallery-images.ts';
import { galleryLogs } from './gallery-logs.ts';
import { galleryNetworks } from './gallery-networks.ts';
import { galleryNotices } from './gallery-notices.ts';
import { gallerySettings } from './gallery-settings.ts';
import { galleryTasks } from './gallery-tasks.ts';
import { galleryTerminals } from './gallery-terminals.ts';
import { galleryUpdates } from './gallery-updates.ts';
import { galleryVolumeStreams, galleryVolumes } from './gallery-volumes.ts';

export interface GalleryOptions {
  readonly objects: number;
  readonly engine: 'running' | 'starting' | 'failed' | 'stale';
  readonly longNames: boolean;
  /** Of each log. */
  readonly lines?: number;
  /** Some containers belong to Compose projects. */
  readonly projects: boolean;
  /** What the shell knows of newer versions. */
  readonly update?: string;
}

/** An engine that exists only in the page, so that each screen can be looked at with any number of objects. */
export function galleryTransport({ objects, engine, longNames, projects, lines = 400, update = '' }: GalleryOptions): FakeTransport {
  const now = Date.now();
  const containers = new Map(fakeContainers(objects, now, longNames).map((row) => [row.id, projects ? row : { ...row, labels: {} }]));
  const images = fakeImages(Math.min(objects, 2000), now, [...containers.values()]);
  const volumes = fakeVolumes(Math.min(objects, 500), now, [...containers.values()], longNames);
  const networks = objects === 0 ? fakeNetworks(now, []).slice(0, 3) : fakeNetworks(now, [...containers.values()]);
  const terminals = galleryTerminals();
  let feed: FakeStream<'feed'> | null = null;
  let seq = 1;
  const logs = galleryLogs(
    lines,
    (id) => containers.get(id)?.state === 'running',
    () => [...containers.values()].map(({ id, name }) => ({ id, name })),
  );

  const change = (id: string, value: ContainerRow | null): void => {
    if (value) containers.set(id, value);
    else containers.delete(id);
    const changes: FeedChange[] = [{ kind: 'container', id, value }];
    feed?.push({ seq: ++seq, changes });
  };
  const bulk = async (ids: readonly string[], next: (row: ContainerRow) => ContainerRow | null): Promise<BulkResult> => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    for (const id of ids) {
      const row = containers.get(id);
      if (row) change(id, next(row));
    }
    return { results: ids.map((id) => ({ id, failure: null })) };
  };
  const tasks = galleryTasks(objects, longNames);
  const updates = galleryUpdates(update);
  const notices = galleryNotices([...containers.values()]);
  const builds = galleryBuilds(objects, longNames);
  const started = (row: ContainerRow): ContainerRow => ({ ...row, state: 'running', startedAt: Date.now(), exitCode: 0, oomKilled: false });

  return new FakeTransport(
    {
      ...tasks.answers,
      ...updates.answers,
      ...notices.answers,
      ...builds.answers,
      ...galleryNetworks(),
      ...gallerySettings(),
      ...galleryDisk({ containers: containers.values(), images, volumes }),
      ...galleryImages(images, objects),
      'settings.read': () => keptSettings(),
      'settings.write': (change) => ({ ...keptSettings(), ...change }),
      'engine.restart': () => Promise.reject(new RequestError('listen EADDRINUSE: address already in use /run/slipway/slipway.sock', 0)),
      'container.start': ({ ids }) => bulk(ids, started),
      'container.restart': ({ ids }) => bulk(ids, started),
      'container.stop': ({ ids }) => bulk(ids, (row) => ({ ...row, state: 'exited', exitCode: 143, finishedAt: Date.now() })),
      'container.remove': ({ ids }) => bulk(ids, () => null),
      ...logs.requests,
      ...galleryContainers(containers, change, bulk),
      ...galleryFiles,
      ...galleryVolumes,
      ...terminals.answers,
      'container.inspect': ({ id }) => inspected(containers.get(id)),
      'container.run': () => Promise.reject(new RequestError('failed to create task: exec: "ngin": executable file not found in $PATH', 400)),
      'image.remove': ({ ids }) => ({
        results: ids.map((id) => ({
          id,
          failure: {
            message: `conflict: unable to delete ${id.slice(7, 19)} (must be forced) - image is being used by running container 0a1b2c3d4e5f`,
            status: 409,
          },
        })),
      }),
      'image.inspect': ({ id }) => ({ Id: id, Architecture: 'amd64', Os: 'linux', Config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin'], Cmd: ['/bin/sh'] } }),
      'image.history': () => ({
        entries: [
          { id: 'sha256:1', created: now - 9e8, createdBy: 'CMD ["nginx" "-g" "daemon off;"]', size: 0, comment: '' },
          { id: '<missing>', created: now - 9e8, createdBy: 'EXPOSE map[80/tcp:{}]', size: 0, comment: '' },
          { id: '<missing>', created: now - 9e8, createdBy: 'COPY docker-entrypoint.sh / # buildkit', size: 1620, comment: '' },
          {
            id: '<missing>',
            created: now - 9e8,
            createdBy: 'RUN /bin/sh -c set -x && groupadd --system --gid 101 nginx && apt-get update && apt-get install --no-install-recommends -y nginx',
            size: 117_345_280,
            comment: '',
          },
          { id: '<missing>', created: now - 2e9, createdBy: '# debian.sh --arch amd64 out/ bookworm', size: 74_764_288, comment: '' },
        ],
      }),
    },
    {
      ...tasks.openers,
      ...updates.openers,
      ...notices.openers,
      ...builds.openers,
      'engine.status': (stream) => {
        if (engine === 'failed') {
          stream.push({ ...RUNNING, state: 'failed', version: '', reason: 'Another engine (process 4127) uses /var/lib/slipway.' });
        } else stream.push({ ...RUNNING, state: engine === 'starting' ? 'starting' : 'running' });
        return undefined;
      },
      feed: (stream) => {
        if (engine === 'failed' || engine === 'starting') return undefined;
        if (engine === 'stale' && feed !== null) return undefined;
        feed = stream;
        queueMicrotask(() => {
          stream.push({ seq, snapshot: { containers: [...containers.values()], images, volumes, networks } });
          if (engine === 'stale') stream.end(null);
        });
        return undefined;
      },
      metrics: (stream) => {
        const ids =
          stream.params.id === undefined ? [...containers.values()].filter(({ state }) => state === 'running').map(({ id }) => id) : [stream.params.id];
        const history = stream.params.id === undefined ? 60 : 600;
        const at = Math.floor(Date.now() / 1000) * 1000;
        const shown = ids.slice(0, 400);
        queueMicrotask(() => stream.push({ points: Object.fromEntries(shown.map((id) => [id, pointsOf(id, at, history)])) }));
        const timer = setInterval(() => {
          const time = Math.floor(Date.now() / 1000) * 1000;
          stream.push({ points: Object.fromEntries(shown.map((id) => [id, pointsOf(id, time, 1)])) });
        }, 1000);
        return () => clearInterval(timer);
      },
      'image.load': takeArchive,
      ...logs.streams,
      ...galleryFileStreams,
      ...galleryVolumeStreams,
      ...terminals.openers,
    },
  );
}

/** As the page itself remembers them: nothing else does here. */
function keptSettings(): Settings {
  const kept = JSON.parse(localStorage.getItem('slipway.settings.1') ?? '{}') as Partial<Settings>;
  return { ...DEFAULTS, language: keptLanguage() ?? 'system', ...kept };
}

/** Takes bytes at the pace of a disk and then says that they were an image. */
function takeArchive(stream: FakeStream<'image.load'>): () => void {
  let current = 0;
  let seen = 0;
  const { size, name } = stream.params;
  const timer = setInterval(() => {
    const value = stream.received[seen];
    if (value instanceof Uint8Array) {
      current += value.length;
      seen++;
      stream.push({ phase: current < size ? 'Uploading' : 'Unpacking', current, total: size });
    } else if (value) {
      clearInterval(timer);
      if (name.includes('broken')) stream.end(new RequestError('archive/tar: the archive ends in the middle of layer.tar', 400));
      else stream.push({ loaded: [`${name.replace(/\..*$/, '')}:latest`] });
    }
  }, 60);
  return () => clearInterval(timer);
}

/** A minute of plausible use; each container has its own rhythm, and a gap when its number says so. */
function pointsOf(id: string, until: number, count: number): readonly MetricPoint[] {
  const seed = Number.parseInt(id.slice(0, 7), 16);
  return Array.from({ length: count }, (_, index): MetricPoint => {
    const time = until - (count - 1 - index) * 1000;
    const second = Math.floor(time / 1000);
    const noise = numbers(seed + second)();
    const base = (seed % 17) ** 2 / 3;
    const wave = 1 + Math.sin((second + seed) / (8 + (seed % 20)));
    const memory = (20 + (seed % 400)) * 2 ** 20 * (1 + wave / 12 + noise / 60);
    return {
      time,
      cpuPercent: base * wave + noise * (base / 3 + 0.4) + (noise > 0.96 ? 35 : 0),
      memory,
      memoryLimit: seed % 3 === 0 ? 512 * 2 ** 20 : 0,
      networkRx: wave * 40_000 * noise,
      networkTx: wave * 9000 * (1 - noise),
      blockRead: noise > 0.8 ? 400_000 * noise : 0,
      blockWrite: wave * 20_000,
      pids: 3 + (seed % 12) + (noise > 0.9 ? 1 : 0),
    };
  }).filter(({ time }) => count < 600 || time < until - 200_000 || time > until - 160_000);
}

const inspected = (row: ContainerRow | undefined): unknown => ({
  Id: row?.id,
  Created: '2026-11-21T04:22:44.123456789Z',
  Path: '/docker-entrypoint.sh',
  Args: ['nginx', '-g', 'daemon off;'],
  State: { Status: row?.state, Running: row?.state === 'running', OOMKilled: row?.oomKilled, Pid: 4711, ExitCode: row?.exitCode, Error: '' },
  Image: row?.imageId,
  Name: `/${row?.name}`,
  HostConfig: { Binds: null, Memory: 536_870_912, NanoCpus: 0, PidsLimit: null, NetworkMode: 'bridge', Privileged: false },
  Mounts: [],
  Config: {
    Hostname: row?.id.slice(0, 12),
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', 'NGINX_VERSION=1.27.5'],
    Cmd: ['nginx', '-g', 'daemon off;'],
  },
});
