import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServer, createApiServer } from '../api/server.ts';
import { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import { daemonConfigSchema } from '../formats/docker/daemon-config.ts';
import { TreeService } from '../store/trees/tree-service.ts';
import { limitSupport } from '../sys/cgroups/limit-support.ts';
import { VolumeFiles } from '../volume/volume-files.ts';
import { FakeBuilds } from './fake-builds.ts';
import { FakeContainers } from './fake-containers.ts';
import { fakeFiles } from './fake-files.ts';
import { FakeImages } from './fake-images.ts';
import { fakeLogViews } from './fake-log-views.ts';
import { createFakeSyscalls } from './fake-syscalls.ts';
import { testNetworks } from './test-networks.ts';
import { testVolumes } from './test-volumes.ts';

export interface ApiFixture extends AsyncDisposable {
  readonly socket: string;
  readonly containers: FakeContainers;
  readonly images: FakeImages;
  readonly builds: FakeBuilds;
  readonly events: EventBus;
  /** Has it listen elsewhere too. */
  readonly listen: ApiServer['listen'];
  /** One whole exchange; the body of an answer as JSON where it is JSON. */
  call(method: string, path: string, options?: { readonly body?: unknown; readonly headers?: Record<string, string> }): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Undefined when the body is no JSON. */
  readonly json: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Sends one request over a unix socket. Bodies that are not strings or bytes go as JSON. */
export function exchange(socketPath: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const sent = request(
      { socketPath, method, path, headers: { ...(raw ? {} : { 'Content-Type': 'application/json' }), ...headers }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: parsed(text) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(raw ? body : JSON.stringify(body));
  });
}

/** An API server on a socket of its own over engines that are only pretended, with the image `busybox:latest`. */
export async function startApi(): Promise<ApiFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-api-'));
  const events = new EventBus(() => BigInt(Date.now()) * 1_000_000n);
  const images = new FakeImages(events);
  const builds = new FakeBuilds();
  const containers = new FakeContainers(images, events);
  images.add('busybox:latest');
  const volumes = testVolumes({ directory, events });
  const networks = testNetworks({ events });
  volumes.attachUsers({ usersOf: () => [] });
  const engine = {
    id: 'fixture',
    version: '0.0.0',
    root: directory,
    run: directory,
    cgroupVersion: '2',
    cgroupDriver: 'cgroupfs',
    limits: limitSupport(() => []),
    storageDriver: 'overlay2',
    registries: { mirrors: ['https://mirror.example'], insecure: ['plain.example:5000'] },
    securityOptions: ['name=seccomp,profile=builtin'],
    warnings: [],
  } as const;
  // What it does is on the real kernel only.
  const volumeFiles = new VolumeFiles({ volumes, trees: new TreeService(createFakeSyscalls()) });
  const server = createApiServer({
    containers,
    files: fakeFiles(),
    logViews: fakeLogViews(),
    images,
    builds,
    volumes,
    volumeFiles,
    networks,
    events,
    engine,
    disk: (withAreas) => Promise.resolve({ total: 1000, free: 400, areas: withAreas ? [{ name: 'layers', bytes: 70 }] : [] }),
    settings: {
      path: '/etc/slipway/daemon.json',
      current: daemonConfigSchema.parse({}),
      fixed: { 'registry-mirrors': [], 'insecure-registries': [] },
      replace: () => undefined,
    },
    diagnose: () => Promise.resolve([]),
    logger: silentLogger,
  });
  const socket = join(directory, 'api.sock');
  await server.listen({ kind: 'unix', path: socket });
  return {
    socket,
    containers,
    images,
    builds,
    events,
    listen: (where) => server.listen(where),
    call: (method, path, options = {}) => exchange(socket, method, path, options.body, options.headers),
    [Symbol.asyncDispose]: async () => {
      containers.killAll();
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}
