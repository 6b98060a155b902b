import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { eventually } from '../testkit/raw-client.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;

beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});
afterEach(async () => {
  if (!canRunDocker) return;
  await engine.docker(['container', 'prune', '-f']);
  await engine.docker(['image', 'prune', '-af']);
  await engine.loadBusybox(IMAGE);
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const layersOnDisk = (): number => readdirSync(join(engine.root, 'layers')).length;
const names = async (...filters: string[]): Promise<string[]> =>
  lines(await docker('images', ...filters.flatMap((filter) => ['--filter', filter]), '--format', '{{.Repository}}:{{.Tag}}')).sort();

/** An image of the first one with a layer of `bytes` above it. */
async function commit(name: string, bytes: number, ...changes: string[]): Promise<string> {
  const container = (await docker('create', '--network', 'none', IMAGE, 'sh', '-c', `head -c ${bytes} /dev/zero > /big`)).trim();
  await docker('start', '-a', container);
  const id = (await docker('commit', ...changes.flatMap((change) => ['-c', change]), container, ...(name === '' ? [] : [name]))).trim();
  await docker('rm', container);
  return id;
}

interface DiskUse {
  LayersSize: number;
  Images: { Id: string; Size: number; SharedSize: number; Containers: number }[] | null;
  Containers: { SizeRw: number; SizeRootFs: number }[] | null;
  Volumes: unknown[] | null;
  BuildCache: unknown[] | null;
}
const diskUse = async (query = ''): Promise<DiskUse> => (await engine.call('GET', `/v1.47/system/df${query}`)).json as DiskUse;

describe.skipIf(!canRunDocker)('docker images', () => {
  it('shared-size and Containers count what images have in common and who uses them', async () => {
    const id = await commit('shared:1', 5000);
    await docker('create', '--name', 'user', 'shared:1');
    const rows = (await engine.call('GET', '/images/json?shared-size=1')).json as NonNullable<DiskUse['Images']>;
    const base = rows.find((row) => row.Id !== id);
    const top = rows.find((row) => row.Id === id);
    expect(base?.Size).toBeGreaterThan(100_000);
    expect([base?.SharedSize, base?.Containers]).toEqual([base?.Size, 0]);
    expect([top?.SharedSize, (top?.Size ?? 0) - (top?.SharedSize ?? 0), top?.Containers]).toEqual([base?.Size, 5000, 1]);
  });

  it('filter dangling, label, before, since, reference and until choose', async () => {
    const unnamed = await commit('', 10, 'LABEL team=blue');
    await commit('second:1', 20, 'LABEL team=red');
    expect(await names('dangling=true')).toEqual(['<none>:<none>']);
    expect(await names('dangling=false')).toEqual([IMAGE, 'second:1']);
    expect([await names('label=team'), await names('label=team=red')]).toEqual([['<none>:<none>', 'second:1'], ['second:1']]);
    expect([await names('before=second:1'), await names(`since=${unnamed}`)]).toEqual([['<none>:<none>', IMAGE].sort(), ['second:1']]);
    expect([await names('reference=second'), await names('reference=*/busybox:*')]).toEqual([['second:1'], [IMAGE]]);
    expect([await names('until=2024-06-01T00:00:00'), await names('until=2023-06-01T00:00:00')]).toEqual([[IMAGE], []]);
    expect(await engine.docker(['images', '--filter', 'before=nobody'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('No such image: nobody') as string,
    });
    expect(await engine.docker(['images', '--filter', 'color=red'])).toMatchObject({
      code: 1,
      err: expect.stringContaining("invalid filter 'color'") as string,
    });
  });

  it('all shows the unnamed ones that others were made from', async () => {
    const parent = await commit('', 10);
    const child = (await docker('create', parent)).trim();
    await docker('commit', child, 'child:1');
    await docker('rm', child);
    expect(await names()).toEqual(['child:1', IMAGE]);
    expect(lines(await docker('images', '-aq', '--no-trunc'))).toContain(parent);
  });
});

describe.skipIf(!canRunDocker)('docker image inspect', () => {
  it('has every field that Docker has', async () => {
    const before = Date.now();
    const id = await commit('inspected:1', 10, 'ENV A=1');
    const [details] = JSON.parse(await docker('image', 'inspect', 'inspected:1')) as Record<string, never>[];
    const layers = (await docker('image', 'inspect', '-f', '{{json .RootFS.Layers}}', IMAGE)).trim();
    expect(Object.keys(details ?? {}).sort()).toEqual(
      'Architecture Author Comment Config ContainerConfig Created DockerVersion GraphDriver Id Metadata Os Parent RepoDigests RepoTags RootFS Size'.split(' '),
    );
    const [base] = JSON.parse(layers) as [string];
    expect(details).toMatchObject({
      Id: id,
      RepoTags: ['inspected:1'],
      RepoDigests: [],
      Architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      Os: 'linux',
      Config: { Env: expect.arrayContaining(['A=1']) as string[] },
      RootFS: { Type: 'layers', Layers: [base, expect.stringMatching(/^sha256:/) as string] },
      GraphDriver: { Name: 'overlay2', Data: { LowerDir: join(engine.root, 'layers', base.slice(7)), UpperDir: expect.any(String) as string } },
    });
    const tagged = Date.parse((details?.['Metadata'] as unknown as { LastTagTime: string }).LastTagTime);
    expect([tagged >= before, tagged <= Date.now()]).toEqual([true, true]);
    const times = await docker('image', 'inspect', '-f', '{{.Metadata.LastTagTime.IsZero}}', IMAGE);
    expect(times.trim(), 'a load gives the name that the archive says').toBe('true');
  });
});

describe.skipIf(!canRunDocker)('docker rmi', () => {
  it('tells names, image and layers that went', async () => {
    await commit('gone:1', 10);
    await docker('tag', 'gone:1', 'gone:2');
    expect(await docker('rmi', 'gone:1')).toBe('Untagged: gone:1\n');
    expect(await docker('rmi', 'gone:2')).toMatch(/^Untagged: gone:2\nDeleted: sha256:[0-9a-f]{64}\nDeleted: sha256:[0-9a-f]{64}\n$/);
    await eventually(() => layersOnDisk() === 1, 'its layer is gone');
  });

  it('refuses in Docker’s words what is in use', async () => {
    const id = await commit('used:1', 10);
    const short = id.slice(7, 19);
    const refused = async (...args: string[]): Promise<string> => (await engine.docker(['rmi', ...args])).err.trim();
    const stopped = (await docker('create', 'used:1')).trim().slice(0, 12);
    expect(await refused('used:1')).toContain(
      `conflict: unable to remove repository reference "used:1" (must force) - container ${stopped} is using its referenced image ${short}`,
    );
    expect(await refused(short)).toContain(`conflict: unable to delete ${short} (must be forced) - image is being used by stopped container ${stopped}`);
    await docker('rm', stopped);
    const running = (await docker('run', '-d', '--network', 'none', 'used:1', 'sleep', '1000')).trim().slice(0, 12);
    expect(await refused('-f', short)).toContain(
      `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container ${running}`,
    );
    await docker('rm', '-f', running);
    await docker('tag', 'used:1', 'other:1');
    expect(await refused(short)).toContain(`conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`);
    const child = (await docker('create', 'used:1')).trim();
    await docker('commit', child, 'child:1');
    await docker('rm', child);
    expect(await refused('-f', short)).toContain(`conflict: unable to delete ${short} (cannot be forced) - image has dependent child images`);
    await docker('rmi', 'child:1', 'other:1');
    expect(await docker('rmi', short)).toContain('Untagged: used:1');
  });

  it('of a stopped container’s image by force leaves the container its files until it goes', async () => {
    await commit('short-lived:1', 4000);
    await docker('create', '--name', 'survivor', '--network', 'none', 'short-lived:1', 'sh', '-c', 'wc -c < /big');
    expect(await docker('rmi', '-f', 'short-lived:1')).toMatch(/^Untagged: short-lived:1\nDeleted: sha256:[0-9a-f]{64}\n$/);
    await docker('rmi', '-f', IMAGE);
    expect((await docker('start', '-a', 'survivor')).trim()).toBe('4000');
    await engine.stop('SIGKILL');
    await engine.start();
    expect((await docker('start', '-a', 'survivor')).trim(), 'also after a crash of the engine').toBe('4000');
    expect(layersOnDisk()).toBe(2);
    await docker('rm', 'survivor');
    await eventually(() => layersOnDisk() === 0, 'the layers are gone');
  });
});

describe.skipIf(!canRunDocker)('docker image prune', () => {
  it('takes unnamed images, tells their bytes, and with -a what no container uses', async () => {
    await commit('', 3000);
    await commit('named:1', 10);
    await docker('create', '--name', 'holder', 'named:1');
    const { SpaceReclaimed, ImagesDeleted } = (await engine.call('POST', '/images/prune')).json as { SpaceReclaimed: number; ImagesDeleted: object[] };
    expect([SpaceReclaimed, ImagesDeleted.length]).toEqual([3000, 2]);
    expect(await docker('image', 'prune', '-f')).toBe('Total reclaimed space: 0B\n');
    const all = await docker('image', 'prune', '-af');
    expect(all).toContain(`untagged: ${IMAGE}\n`);
    expect(await names()).toEqual(['named:1']);
  });

  it('filter label, label!, until and dangling choose', async () => {
    await commit('red:1', 10, 'LABEL team=red');
    await commit('blue:1', 20, 'LABEL team=blue');
    const prune = async (...filters: string[]): Promise<string[]> => {
      await docker('image', 'prune', '-af', ...filters.flatMap((filter) => ['--filter', filter]));
      return names();
    };
    expect(await prune('until=24h', 'label=team')).toEqual(['blue:1', IMAGE, 'red:1']);
    expect(await prune('label=team=red')).toEqual(['blue:1', IMAGE]);
    expect(await prune('label!=team=blue')).toEqual(['blue:1']);
    expect(await prune()).toEqual([]);
    const filters = encodeURIComponent(JSON.stringify({ dangling: ['perhaps'] }));
    expect((await engine.call('POST', `/images/prune?filters=${filters}`)).status).toBe(400);
  });
});

describe.skipIf(!canRunDocker)('the layers of an image', () => {
  it('tell what each did and what is wasted, without a file being read again', async () => {
    const container = (
      await docker('create', '--network', 'none', IMAGE, 'sh', '-c', 'rm /etc/group; echo other > /etc/passwd; mkdir /new; echo 1234 > /new/file')
    ).trim();
    await docker('start', '-a', container);
    await docker('commit', container, 'explored:1');
    const answer = await engine.call('GET', '/slipway/v1/images/explored:1/layers');
    const passwd = Number(await docker('run', '--rm', '--network', 'none', IMAGE, 'sh', '-c', 'cat /etc/passwd /etc/group | wc -c'));
    expect([answer.status, answer.json]).toMatchObject([
      200,
      {
        wastedBytes: passwd,
        wasted: [{ path: expect.stringContaining('/etc/') as string }, { path: expect.stringContaining('/etc/') as string }],
        layers: [
          { createdBy: 'ADD rootfs.tar / # buildkit', changed: { files: 0 }, deleted: { files: 0 }, wastedBytes: passwd },
          { added: { files: 1, bytes: 5 }, changed: { files: 1, bytes: 6 }, deleted: { files: 2, bytes: passwd }, wastedBytes: 0 },
        ],
      },
    ]);
    const [, { diffId }] = (answer.json as { layers: [object, { diffId: string }] }).layers;
    const tree = async (query: string): Promise<unknown> => (await engine.call('GET', `/slipway/v1/images/explored:1/layers/${diffId}/tree${query}`)).json;
    expect(await tree('?changes=1')).toMatchObject({
      total: 2,
      entries: [
        { name: 'etc', type: 'directory', change: 'same', below: { added: 0, changed: 1, deleted: 1 } },
        { name: 'new', change: 'added', size: 5, below: { added: 1, changed: 0, deleted: 0 } },
      ],
    });
    expect(await tree('?path=/etc')).toMatchObject({
      entries: [
        { name: 'group', change: 'deleted' },
        { name: 'passwd', change: 'changed', size: 6, layer: 1 },
      ],
    });
    expect(await tree('?path=/&offset=1&limit=1')).toMatchObject({ entries: [{ name: 'dev' }] });
    const status = async (path: string): Promise<number> => (await engine.call('GET', `/slipway/v1/images/${path}`)).status;
    expect(await Promise.all([`explored:1/layers/${'0'.repeat(64)}/tree`, `explored:1/layers/${diffId}/tree?path=/x`, 'nobody:1/layers'].map(status))).toEqual([
      404, 404, 404,
    ]);
    expect(await Promise.all([`explored:1/layers/${diffId}/tree?limit=0`, `explored:1/layers/${diffId}/tree?path=/etc/passwd`].map(status))).toEqual([
      400, 400,
    ]);
    // As after a load by an engine that did not yet keep it.
    const [recipe] = readdirSync(join(engine.root, 'recipes'));
    const kept = join(engine.root, 'recipes', recipe ?? '');
    renameSync(kept, `${kept}.away`);
    const missing = await engine.call('GET', '/slipway/v1/images/explored:1/layers');
    renameSync(`${kept}.away`, kept);
    expect([missing.status, missing.text]).toEqual([404, expect.stringContaining('load or pull its image again')]);
  });
});

describe.skipIf(!canRunDocker)('docker system df', () => {
  it('counts each layer once and what can be had back', async () => {
    await commit('counted:1', 5000);
    await docker('run', '--name', 'writer', '--network', 'none', 'counted:1', 'sh', '-c', 'head -c 700 /dev/zero > /written');
    const { LayersSize, Images, Containers } = await diskUse();
    const [top, base] = [...(Images ?? [])].sort((one, other) => other.Size - one.Size);
    expect(LayersSize).toBe(top?.Size);
    expect([top?.SharedSize, top?.Containers, base?.SharedSize, base?.Containers]).toEqual([base?.Size, 1, base?.Size, 0]);
    expect(Containers).toMatchObject([{ SizeRw: 700, SizeRootFs: 700 + (top?.Size ?? 0) }]);
    const short = await docker('system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Active}} {{.Size}}');
    expect(lines(short)).toEqual([expect.stringMatching(/^Images 2 1 /), 'Containers 1 0 700B', 'Local Volumes 0 0 0B', 'Build Cache 0 0 0B']);
    const long = await docker('system', 'df', '-v');
    expect(long).toMatch(/^counted +1 +\w+ .* +5kB +1$/m);
    expect(long).toMatch(/^\w+ +counted:1 .* 700B .* writer$/m);
  });

  it('type chooses', async () => {
    const { LayersSize, ...chosen } = await diskUse('?type=container&type=volume');
    expect([LayersSize, chosen]).toEqual([0, { Images: null, Containers: [], Volumes: [], BuildCache: null }]);
    expect(await engine.call('GET', '/system/df?type=disk')).toMatchObject({ status: 400, json: { message: 'unknown object type: disk' } });
  });
});
