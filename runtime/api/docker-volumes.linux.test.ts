import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/volumes:1';
/** Files enough for a copy to be seen while it is made. */
const MANY = 2000;

/** An image with files of every kind at `/data`, a volume of its own at `/own`, and links that would lead out of it. */
async function loadImage(engine: RealEngine): Promise<void> {
  const archive = join(engine.directory, 'volumes.tar');
  await makeBusyboxArchive(archive, IMAGE, {
    config: { Volumes: { '/own': {} } },
    entries: [
      { header: { name: 'data/', type: 'directory', mode: 0o2750, uid: 1000, gid: 29 } },
      { header: { name: 'data/file', mode: 0o640, uid: 1000, gid: 1000 }, data: 'from the image\n' },
      { header: { name: 'data/sub/', type: 'directory', mode: 0o711 } },
      { header: { name: 'data/sub/again', type: 'link', linkname: 'data/file' } },
      { header: { name: 'data/program', mode: 0o4755 }, data: '#!/bin/sh\n' },
      { header: { name: 'data/out', type: 'symlink', linkname: '/etc/hostname' } },
      { header: { name: 'data/pipe', type: 'fifo', mode: 0o600 } },
      { header: { name: 'own/', type: 'directory', mode: 0o755 } },
      { header: { name: 'own/made', mode: 0o644 }, data: 'own\n' },
      { header: { name: 'much/', type: 'directory', mode: 0o755 } },
      ...Array.from({ length: MANY }, (_, index) => ({ header: { name: `much/${index}`, mode: 0o644 }, data: 'x'.repeat(4096) })),
      { header: { name: 'empty/', type: 'directory', mode: 0o1777, uid: 33, gid: 33 } },
      { header: { name: 'escape', type: 'symlink', linkname: '/etc' } },
      { header: { name: 'to-proc', type: 'symlink', linkname: '/proc' } },
      { header: { name: 'climb', type: 'symlink', linkname: '../../../../../../../etc' } },
    ],
  });
  expect((await engine.docker(['load', '-q', '-i', archive])).code).toBe(0);
}

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start();
  await loadImage(engine);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<CommandResult> => engine.docker(args);
const run = (...args: string[]): Promise<CommandResult> => docker('run', '--rm', '--network', 'none', ...args);
const names = async (): Promise<string[]> => (await docker('volume', 'ls', '-q')).out.split('\n').filter((line) => line !== '');
const inspect = async (...args: string[]): Promise<Record<string, unknown>[]> =>
  JSON.parse((await docker('inspect', ...args)).out) as Record<string, unknown>[];
const mountsOf = async (name: string): Promise<Record<string, unknown>[]> => (await inspect(name))[0]?.['Mounts'] as Record<string, unknown>[];
const dataOf = (name: string): string => join(engine.root, 'volumes', name, '_data');

describe.skipIf(!canRunDocker)('docker volume', () => {
  it('create, ls, inspect and rm of a volume with Labels', async () => {
    expect(await docker('volume', 'create', '--label', 'tier=data', 'first')).toEqual({ code: 0, out: 'first\n', err: '' });
    expect((await docker('volume', 'create', '--label', 'other=1', 'first')).out).toBe('first\n');
    const [volume] = await inspect('--type', 'volume', 'first');
    expect(volume).toEqual({
      CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      Driver: 'local',
      Labels: { tier: 'data' },
      Mountpoint: dataOf('first'),
      Name: 'first',
      Options: null,
      Scope: 'local',
    });
    expect(statSync(dataOf('first')).mode & 0o7777).toBe(0o755);
    expect(statSync(join(engine.root, 'volumes')).mode & 0o077).toBe(0);
    expect((await docker('volume', 'ls', '--format', '{{.Name}} {{.Driver}} {{.Labels}}')).out).toContain('first local tier=data\n');
    expect(await docker('volume', 'rm', 'first')).toEqual({ code: 0, out: 'first\n', err: '' });
    expect(existsSync(join(engine.root, 'volumes', 'first'))).toBe(false);
  });

  it('create without a name makes an anonymous one', async () => {
    const name = (await docker('volume', 'create')).out.trim();
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect((await inspect('--type', 'volume', name))[0]?.['Labels']).toEqual({ 'com.docker.volume.anonymous': '' });
    expect((await docker('volume', 'rm', name)).code).toBe(0);
  });

  it('ls by the filters name, label, driver and dangling', async () => {
    await docker('volume', 'create', '--label', 'color=red', 'filter-one');
    await docker('volume', 'create', 'filter-two');
    await docker('create', '--name', 'filter-user', '-v', 'filter-two:/x', IMAGE);
    const found = async (...filters: string[]): Promise<string> =>
      (await docker('volume', 'ls', '-q', ...filters.flatMap((filter) => ['-f', filter]))).out.replaceAll('\n', ' ').trim();
    expect(await found('name=filter-')).toBe('filter-one filter-two');
    expect(await found('name=^filter-two$')).toBe('filter-two');
    expect(await found('label=color')).toBe('filter-one');
    expect(await found('label=color=red')).toBe('filter-one');
    expect(await found('label=color=blue')).toBe('');
    expect(await found('driver=local', 'name=filter-one')).toBe('filter-one');
    expect(await found('driver=nfs')).toBe('');
    expect(await found('dangling=true', 'name=filter-')).toBe('filter-one');
    expect(await found('dangling=false', 'name=filter-')).toBe('filter-two');
    expect((await docker('volume', 'ls', '-f', 'odd=1')).err).toContain("invalid filter 'odd'");
    await docker('rm', '-v', 'filter-user');
    await docker('volume', 'rm', 'filter-one', 'filter-two');
  });

  it('rm of one in use says who has it, and force does not change that', async () => {
    const id = (await docker('create', '--name', 'holder', '-v', 'held:/x', IMAGE)).out.trim();
    expect((await docker('volume', 'rm', 'held')).err).toContain(`remove held: volume is in use - [${id}]`);
    expect((await docker('volume', 'rm', '-f', 'held')).err).toContain('volume is in use');
    await docker('rm', '-v', 'holder');
    expect((await docker('volume', 'rm', 'held')).code).toBe(0);
    expect((await docker('volume', 'rm', 'held')).err).toContain('get held: no such volume');
    expect((await docker('volume', 'rm', '-f', 'held')).code).toBe(0);
    expect((await docker('volume', 'inspect', 'held')).err).toContain('get held: no such volume');
  });

  it('prune takes anonymous volumes, all=1 every unused one, label filters choose', async () => {
    await docker('volume', 'create', '--label', 'keep=1', 'named-kept');
    await docker('volume', 'create', 'named');
    const anonymous = (await docker('volume', 'create')).out.trim();
    writeFileSync(join(dataOf(anonymous), 'file'), Buffer.alloc(3000));
    expect((await docker('volume', 'prune', '-f')).out).toBe(`Deleted Volumes:\n${anonymous}\n\nTotal reclaimed space: 3kB\n`);
    expect((await docker('volume', 'prune', '-f', '-a', '--filter', 'label!=keep')).out).toContain('Deleted Volumes:\nnamed\n');
    expect((await docker('volume', 'prune', '-f', '-a', '--filter', 'label=keep')).out).toContain('named-kept');
    expect(await names()).toEqual([]);
  });

  it('system df counts sizes and users', async () => {
    await run('-v', 'sized:/x', IMAGE, 'sh', '-c', 'head -c 5000 /dev/zero > /x/file; ln /x/file /x/again');
    await docker('create', '--name', 'sized-user', '-v', 'sized:/x', '-v', 'df-other:/own', IMAGE);
    const { Volumes } = (await engine.call('GET', '/system/df')).json as { Volumes: { Name: string; UsageData: object }[] };
    expect(Volumes.find(({ Name }) => Name === 'sized')?.UsageData).toEqual({ Size: 5000, RefCount: 1 });
    await docker('rm', '-v', 'sized-user');
    await docker('volume', 'rm', 'sized', 'df-other');
  });

  it.each([
    [['volume', 'create', 'a/b'], 'create a/b: "a/b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed'],
    [['volume', 'create', 'x'], 'volume name is too short, names should be at least two alphanumeric characters'],
    [['volume', 'create', '../up'], 'includes invalid characters for a local volume name'],
    [['volume', 'create', '-d', 'rexray', 'vol'], 'error looking up volume plugin rexray: plugin "rexray" not found'],
    [['volume', 'create', '-o', 'color=red', 'vol'], 'invalid option: "color"'],
    [['volume', 'create', '-o', 'type=tmpfs', 'vol'], 'missing required option: "device"'],
    [['volume', 'create', '-o', 'type=n/fs', '-o', 'device=:/x', 'vol'], 'option "type": "n/fs" is no name of a file system'],
    [['volume', 'create', '-o', 'type=none', '-o', 'device=rel', '-o', 'o=bind', 'vol'], 'option "device": "rel" is not an absolute path'],
    [['volume', 'create', '-o', 'type=none', '-o', 'device=/x', '-o', 'o=bind,odd', 'vol'], 'option "o": "odd"'],
    [['create', '-v', 'a/b:/x', IMAGE], 'includes invalid characters for a local volume name'],
    [['create', '--volume-driver', 'rexray', '-v', 'vol:/x', IMAGE], 'error looking up volume plugin rexray: plugin "rexray" not found'],
    [['create', '-v', 'vol:/x:odd', IMAGE], 'invalid mode: odd'],
    [['create', '-v', '/new', '--volumes-from', 'nobody', IMAGE], 'No such container: nobody'],
    [['create', '--volumes-from', 'nobody:odd', IMAGE], 'invalid mode: odd'],
    [['create', '--mount', 'type=volume,src=vol,dst=/x,volume-subpath=../up', IMAGE], 'subpath must be a relative path within the volume'],
    [['create', '-v', '/new', '--mount', 'type=volume,src=vol,dst=/x', '--mount', 'type=volume,dst=/x', IMAGE], 'Duplicate mount point: /x'],
  ])('%j is refused and leaves nothing', async (args, text) => {
    const before = await names();
    const refused = await docker(...args);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain(text);
    expect(await names()).toEqual(before);
    expect(readdirSync(join(engine.root, 'volumes')).sort()).toEqual(['.trash', ...before].sort());
  });

  it('create of one that exists with other DriverOpts is a conflict', async () => {
    await docker('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'optioned');
    expect((await docker('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'optioned')).code).toBe(0);
    expect((await docker('volume', 'create', 'optioned')).code).toBe(0);
    const other = await engine.call('POST', '/volumes/create', { Name: 'optioned', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } });
    expect([other.status, other.text]).toEqual([409, expect.stringContaining('it exists with other driver options')]);
    await docker('volume', 'rm', 'optioned');
  });
});

describe.skipIf(!canRunDocker)('volumes of containers', () => {
  it('Binds with a name keeps files from one container to the next', async () => {
    expect((await run('-v', 'kept:/x', IMAGE, 'sh', '-c', 'echo one > /x/file')).err).toBe('');
    expect((await run('-v', 'kept:/y:ro', IMAGE, 'sh', '-c', 'cat /y/file; echo two > /y/file')).out).toBe('one\n');
    expect((await run('-v', 'kept:/y:ro', IMAGE, 'sh', '-c', 'echo two > /y/file')).err).toContain('Read-only file system');
    expect(readFileSync(join(dataOf('kept'), 'file'), 'utf8')).toBe('one\n');
    await docker('volume', 'rm', 'kept');
  });

  it('Mounts in inspect show Name, Driver, Source and RW', async () => {
    await docker('create', '--name', 'shown', '-v', 'named-vol:/x:ro', '--mount', 'type=volume,dst=/anon', IMAGE);
    const mounts = await mountsOf('shown');
    expect(mounts).toContainEqual({
      Type: 'volume',
      Name: 'named-vol',
      Source: dataOf('named-vol'),
      Destination: '/x',
      Driver: 'local',
      Mode: 'z',
      RW: false,
      Propagation: '',
    });
    expect(mounts.map(({ Destination }) => Destination).sort()).toEqual(['/anon', '/own', '/x']);
    for (const value of ['named-vol', '/anon']) expect((await docker('ps', '-aq', '--filter', `volume=${value}`)).out).not.toBe('');
    expect((await docker('ps', '-aq', '--filter', 'volume=elsewhere')).out).toBe('');
    await docker('rm', '-v', 'shown');
    expect(await names()).toEqual(['named-vol']);
    await docker('volume', 'rm', 'named-vol');
  });

  it('copy-up fills an empty volume with what the image has, owners, modes and links too', async () => {
    const script =
      'stat -c "%n %a %u:%g %F %h" /x /x/file /x/sub /x/program /x/pipe; readlink /x/out; cat /x/sub/again; [ /x/file -ef /x/sub/again ] && echo same';
    const target = script.replaceAll('/x', '/data');
    const copied = await run('-v', 'filled:/data', IMAGE, 'sh', '-c', target);
    const original = await run(IMAGE, 'sh', '-c', target);
    expect(copied).toEqual(original);
    expect(copied.out).toContain('/data 2750 1000:29 directory');
    expect(copied.out).toContain('/data/program 4755');
    expect(copied.out).toContain('same');
    writeFileSync(join(dataOf('filled'), 'file'), 'changed\n');
    expect((await run('-v', 'filled:/data', IMAGE, 'cat', '/data/file')).out).toBe('changed\n');
    expect(readdirSync(join(engine.root, 'volumes', 'filled'))).toEqual(['_data']);
    await docker('volume', 'rm', 'filled');
  });

  it('copy-up of an empty directory takes over its owner and mode', async () => {
    expect((await run('-v', 'owned:/empty', IMAGE, 'stat', '-c', '%a %u:%g', '/empty')).out).toBe('1777 33:33\n');
    await docker('volume', 'rm', 'owned');
  });

  it('NoCopy leaves a new volume empty', async () => {
    expect((await run('-v', 'plain:/data:nocopy', IMAGE, 'ls', '-A', '/data')).out).toBe('');
    expect((await run('--mount', 'type=volume,src=plain2,dst=/data,volume-nocopy', IMAGE, 'ls', '-A', '/data')).out).toBe('');
    await docker('volume', 'rm', 'plain', 'plain2');
  });

  it('Volumes of the image and of the request become anonymous volumes that AutoRemove and rm -v take along', async () => {
    expect((await run('-v', '/extra', IMAGE, 'sh', '-c', 'cat /own/made; touch /extra/x; mount | grep -c -e " /own " -e " /extra "')).out).toBe('own\n2\n');
    expect(await names()).toEqual([]);
    await docker('create', '--name', 'anon', '-v', '/extra', '-v', 'stays:/named', IMAGE);
    expect(await names()).toHaveLength(3);
    await docker('rm', '-v', 'anon');
    expect(await names()).toEqual(['stays']);
    await docker('create', '--name', 'anon', IMAGE);
    await docker('rm', 'anon');
    expect(await names()).toHaveLength(2);
    await docker('volume', 'prune', '-f', '-a');
  });

  it('VolumeOptions Labels are those of a volume that is made', async () => {
    await docker('create', '--name', 'labelled', '--mount', 'type=volume,src=label-vol,dst=/x,volume-label=tier=data', IMAGE);
    expect((await inspect('--type', 'volume', 'label-vol'))[0]?.['Labels']).toEqual({ tier: 'data' });
    await docker('rm', '-v', 'labelled');
    await docker('volume', 'rm', 'label-vol');
  });

  it('VolumeDriver local makes the volumes of Binds', async () => {
    expect((await run('--volume-driver', 'local', '-v', 'driven:/x', IMAGE, 'touch', '/x/file')).code).toBe(0);
    expect(readdirSync(dataOf('driven'))).toEqual(['file']);
    await docker('volume', 'rm', 'driven');
  });

  it('VolumesFrom passes on binds and volumes, read-only when asked', async () => {
    const directory = join(engine.directory, 'bound');
    mkdirSync(directory, { recursive: true });
    await docker('create', '--name', 'giver', '-v', 'shared:/x', '-v', `${directory}:/bound`, IMAGE);
    expect((await run('--volumes-from', 'giver', IMAGE, 'sh', '-c', 'echo v > /x/v; echo b > /bound/b; echo o > /own/o')).err).toBe('');
    const readonly = await run(
      '--volumes-from',
      'giver:ro',
      IMAGE,
      'sh',
      '-c',
      'cat /x/v /bound/b /own/o; for d in x bound own; do touch /$d/new || echo $d; done',
    );
    expect(readonly.out).toBe('v\nb\no\nx\nbound\nown\n');
    await docker('create', '--name', 'middle', '--volumes-from', 'giver', '-v', 'instead:/x', IMAGE);
    expect((await run('--volumes-from', 'middle', IMAGE, 'sh', '-c', 'ls /x; cat /bound/b')).out).toBe('b\n');
    await docker('rm', '-v', 'giver');
    expect((await names()).filter((name) => name.length === 64)).toHaveLength(1);
    await docker('rm', '-v', 'middle');
    expect(await names()).toEqual(['instead', 'shared']);
    await docker('volume', 'rm', 'instead', 'shared');
  });

  it('Subpath mounts a place in a volume and never one outside of it', async () => {
    await docker('volume', 'create', 'parts');
    const files = dataOf('parts');
    mkdirSync(join(files, 'deep/er'), { recursive: true });
    writeFileSync(join(files, 'deep/er/file'), 'deep\n');
    symlinkSync('deep', join(files, 'inside'));
    symlinkSync('/etc', join(files, 'absolute'));
    symlinkSync('../../../../../../etc', join(files, 'climbing'));
    const at = (subpath: string): Promise<CommandResult> =>
      run('--mount', `type=volume,src=parts,dst=/x,volume-subpath=${subpath}`, IMAGE, 'sh', '-c', 'cat /x/file 2>/dev/null || cat /x');
    expect((await at('deep/er')).out).toBe('deep\n');
    expect((await at('inside/er')).out).toBe('deep\n');
    expect((await at('deep/er/file')).out).toBe('deep\n');
    for (const subpath of ['absolute', 'absolute/hostname', 'climbing', 'climbing/passwd']) {
      const refused = await at(subpath);
      expect(refused.code).toBe(125);
      expect(refused.err).toContain(`parts/_data/${subpath}: the subpath leads out of the volume`);
    }
    expect((await at('missing')).err).toContain('parts/_data/missing: no such file or directory');
    await docker('volume', 'rm', 'parts');
  });

  it('DriverConfig of a mount makes volumes with type=tmpfs and with o=bind', async () => {
    const directory = join(engine.directory, 'device');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'file'), 'of the host\n');
    const tmpfs = 'type=volume,src=memory,dst=/x,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=64k,mode=1770"';
    expect((await run('--mount', tmpfs, IMAGE, 'sh', '-c', 'mount | grep " /x "; stat -c %a /x; ls -A /x')).out).toMatch(
      /^tmpfs on \/x type tmpfs \(rw,relatime,size=64k,mode=1770.*\)\n1770\n$/,
    );
    const bound = `type=volume,src=bound,dst=/data,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=${directory}`;
    expect((await run('--mount', bound, IMAGE, 'ls', '/data')).out).toBe('file\n');
    expect((await run('-v', 'bound:/data', IMAGE, 'cat', '/data/file')).out).toBe('of the host\n');
    await docker('volume', 'rm', 'memory', 'bound');
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('of the host\n');
    await docker('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', `device=${directory}/missing`, 'lost');
    const lost = await run('-v', 'lost:/x', IMAGE, 'true');
    expect(lost.err).toContain(`failed to mount local volume: mount ${directory}/missing`);
    await docker('volume', 'rm', 'lost');
  });

  it('a target that is a link stays inside the container, for the mount and for copy-up', async () => {
    const before = readdirSync('/etc').sort();
    for (const target of ['/escape', '/climb', '/climb/../../../../etc']) {
      const name = `hostile${target.replaceAll(/\W/g, '-')}`;
      const shown = await run('-v', `${name}:${target}`, IMAGE, 'sh', '-c', 'ls /etc; touch /etc/written');
      expect(shown.out.split('\n').sort()).toEqual(expect.arrayContaining(['group', 'passwd']));
      expect(shown.out).not.toContain('shadow');
      expect(readFileSync(join(dataOf(name), 'passwd'), 'utf8')).toContain('Slip');
      expect(existsSync(join(dataOf(name), 'written'))).toBe(true);
      await docker('volume', 'rm', name);
    }
    expect(readdirSync('/etc').sort()).toEqual(before);
  });

  it('a target that leads to /proc is refused, as is /proc itself', async () => {
    for (const target of ['/to-proc', '/to-proc/sys', '/proc', '/proc/sys/kernel']) {
      const refused = await run('-v', `over-proc:${target}`, IMAGE, 'cat', '/proc/self/status');
      expect([target, refused.code === 0, refused.out]).toEqual([target, false, '']);
      expect(refused.err).toMatch(/proc/);
    }
    await docker('volume', 'rm', '-f', 'over-proc');
  });

  it('a volume takes the place of what every container has, and of no file', async () => {
    expect((await run('-v', 'instead-shm:/dev/shm', '-v', 'instead-tmp:/tmp', IMAGE, 'sh', '-c', 'touch /dev/shm/a /tmp/b; stat -c %a /tmp')).out).toBe(
      '1777\n',
    );
    expect([readdirSync(dataOf('instead-shm')), readdirSync(dataOf('instead-tmp'))]).toEqual([['a'], ['b']]);
    const onFile = await run('-v', 'instead-file:/etc/passwd', IMAGE, 'true');
    expect([onFile.code, onFile.err]).toEqual([expect.any(Number), expect.stringContaining('/etc/passwd')]);
    expect(onFile.code).not.toBe(0);
    await docker('volume', 'rm', 'instead-shm', 'instead-tmp', 'instead-file');
  });

  it('events tell of create, mount, unmount and destroy', async () => {
    const since = (Date.now() / 1000).toFixed(3);
    await run('-v', 'told:/x', '-v', 'told-own:/own', IMAGE, 'true');
    await docker('volume', 'rm', 'told', 'told-own');
    const shown = await docker(
      'events',
      '--since',
      since,
      '--until',
      ((Date.now() + 1) / 1000).toFixed(3),
      '--filter',
      'volume=told',
      '--format',
      '{{json .}}',
    );
    const events = shown.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { Action: string; Actor: { ID: string; Attributes: Record<string, string> } })
      .filter(({ Actor }) => Actor.ID === 'told');
    expect(events.map(({ Action }) => Action)).toEqual(['create', 'mount', 'unmount', 'destroy']);
    expect(events[1]?.Actor.Attributes).toMatchObject({ destination: '/x', driver: 'local', 'read/write': 'true', propagation: '' });
  });

  it('a kill of the engine during copy-up leaves no volume of the container that was being made', async () => {
    const directory = join(engine.root, 'volumes');
    const isCopying = (): boolean => readdirSync(directory).some((name) => readdirSync(join(directory, name)).some((entry) => entry.startsWith('_copy-')));
    await docker('volume', 'create', 'before');
    /** False: it was too quick. It stands still while it is looked at, so that what is seen is what the kill meets. */
    const killWhileCopying = async (): Promise<boolean> => {
      let isOver = false;
      const create = docker('create', '--name', 'copying', '-v', 'new:/much', '-v', '/much2', '-v', 'before:/x', IMAGE);
      void create.then(() => (isOver = true));
      while (!isOver) {
        process.kill(engine.pid, 'SIGSTOP');
        if (isCopying()) {
          await engine.stop('SIGKILL');
          expect((await create).code).not.toBe(0);
          return true;
        }
        process.kill(engine.pid, 'SIGCONT');
        await sleep(5);
      }
      await docker('rm', '-v', 'copying');
      await docker('volume', 'rm', 'new');
      return false;
    };
    while (!(await killWhileCopying()));
    expect(isCopying()).toBe(true);
    await engine.start();
    expect(await names()).toEqual(['before']);
    expect((await run('-v', 'new:/much', IMAGE, 'sh', '-c', 'ls /much | wc -l')).out).toBe(`${MANY}\n`);
    await docker('volume', 'rm', 'before', 'new');
  });

  it('volumes and their users survive a kill of the engine', async () => {
    await docker('run', '-d', '--name', 'survivor', '--network', 'none', '-v', 'lasting:/x', IMAGE, 'sh', '-c', 'echo up > /x/file; sleep 1000');
    await engine.stop('SIGKILL');
    await engine.start();
    expect((await docker('volume', 'rm', 'lasting')).err).toContain('volume is in use');
    expect((await docker('exec', 'survivor', 'sh', '-c', 'while ! cat /x/file 2>/dev/null; do :; done')).out).toBe('up\n');
    expect((await mountsOf('survivor')).map(({ Destination }) => Destination).sort()).toEqual(['/own', '/x']);
    await docker('rm', '-fv', 'survivor');
    expect(await names()).toEqual(['lasting']);
    await docker('volume', 'rm', 'lasting');
  });
});
