import type { ContainerInspect } from '../../electron/ipc/contract/containers.ts';
import type { BulkResult } from '../../electron/ipc/contract/fields.ts';
import type { RequestName, RequestParams, RequestResults } from '../../electron/ipc/contract.ts';
import type { ContainerRow } from '../../runtime/api/types/feed.ts';
import type { ContainerProcess } from '../../runtime/api/types/processes.ts';
import { RequestError } from '../engine/transport.ts';

type Answers = { readonly [N in RequestName]?: (params: RequestParams<N>) => RequestResults[N] | Promise<RequestResults[N]> };
type Bulk = (ids: readonly string[], next: (row: ContainerRow) => ContainerRow | null) => Promise<BulkResult>;

const inspectOf = (row: ContainerRow | undefined): ContainerInspect => ({
  Id: row?.id ?? '',
  Name: `/${row?.name ?? ''}`,
  Image: row?.imageId ?? '',
  Created: '2026-11-21T04:22:44.123456789Z',
  Path: '/docker-entrypoint.sh',
  Args: ['nginx', '-g', 'daemon off;'],
  RestartCount: 2,
  State: {
    Status: row?.state ?? 'exited',
    Pid: 4711,
    ExitCode: row?.exitCode ?? 0,
    Error: '',
    StartedAt: '2026-11-21T04:22:45Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: {
      Status: row?.health === 'none' ? 'healthy' : (row?.health ?? 'healthy'),
      FailingStreak: 2,
      Log: [0, 1, 2, 3, 4].map((index) => ({
        Start: new Date(Date.now() - (5 - index) * 30_000).toISOString(),
        End: new Date(Date.now() - (5 - index) * 30_000 + 120 + index * 340).toISOString(),
        ExitCode: index > 2 ? 7 : 0,
        Output:
          index > 2 ? 'curl: (7) Failed to connect to localhost port 80 after 0 ms: Could not connect to server' : '<!doctype html>\n<title>Welcome</title>',
      })),
    },
  },
  Config: {
    Image: row?.image ?? '',
    Hostname: row?.id.slice(0, 12),
    Env: ['PATH=/usr/bin', 'NGINX_VERSION=1.27.5', 'DATABASE_URL=postgres://shop@postgres/shop', 'TZ=Europe/Berlin'],
    Cmd: ['nginx', '-g', 'daemon off;'],
    Entrypoint: ['/docker-entrypoint.sh'],
    Labels: row?.labels ?? {},
    Healthcheck: { Test: ['CMD-SHELL', 'curl -f http://localhost/'], Interval: 30_000_000_000, Timeout: 5_000_000_000, Retries: 3 },
  },
  HostConfig: {
    Memory: 536_870_912,
    NanoCpus: 1_500_000_000,
    NetworkMode: 'shop_default',
    RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    Binds: ['shop_uploads:/srv/uploads', '/home/me/shop/nginx.conf:/etc/nginx/nginx.conf:ro'],
  },
  Mounts: [
    { Type: 'volume', Name: 'shop_uploads', Source: '/var/lib/slipway/volumes/shop_uploads/_data', Destination: '/srv/uploads', RW: true },
    { Type: 'bind', Source: '/home/me/shop/nginx.conf', Destination: '/etc/nginx/nginx.conf', RW: false },
  ],
  NetworkSettings: { Networks: { shop_default: { IPAddress: '172.20.0.2', Gateway: '172.20.0.1', Aliases: ['web'] } } },
});

const processOf = (pid: number, parent: number, command: string, user: string, cpu: number): ContainerProcess => ({
  pid,
  hostPid: 40_000 + pid,
  parent,
  user,
  uid: user === 'root' ? 0 : 101,
  state: 'S',
  threads: 1,
  cpuSeconds: (Date.now() / 1000 - 1.7e9) * (cpu / 4000),
  startedAt: Date.now() - 3_600_000 + pid * 1000,
  memory: (pid + 3) * 220_000,
  name: command.split(' ', 1)[0] ?? '',
  command,
});

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
    'host.port': ({ port }) => ({ free: port !== 22 }),
    'container.config': ({ id }) => ({ inspect: inspectOf(containers.get(id)), image: { Env: ['PATH=/usr/bin'] } }),
    'container.update': () => ({ warnings: [] }),
    'container.signal': () => null,
    'container.processes': () => ({
      time: Date.now(),
      truncated: false,
      processes: [
        processOf(1, 0, 'nginx: master process nginx -g daemon off;', 'root', 4),
        processOf(29, 1, 'nginx: worker process', '101', 812),
        processOf(30, 1, 'nginx: worker process', '101', 790),
        processOf(31, 1, 'sh -c while :; do certbot renew; sleep 12h; done', 'root', 1),
        processOf(344, 31, 'sleep 12h', 'root', 0),
      ],
    }),
    'container.sizes': ({ ids }) => ({ sizes: Object.fromEntries(ids.map((id) => [id, (Number.parseInt(id.slice(0, 6), 16) * 37) % 80_000_000])) }),
  } satisfies Answers;
}
