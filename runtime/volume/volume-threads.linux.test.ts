import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MNT } from '../sys/constants.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { describeTree } from '../testkit/describe-tree.ts';
import type { CopyUpJob } from './copy-up/copy-image-files.ts';
import { VolumeThreads } from './volume-threads.ts';

const sys = createLinuxSyscalls();
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: needs root');

let threads: VolumeThreads;
let directory: string;
beforeEach(() => {
  threads = new VolumeThreads(sys);
  directory = mkdtempSync(join(tmpdir(), 'slipway-copy-'));
  for (const name of ['upper', 'work', 'target', 'base', 'top']) mkdirSync(join(directory, name));
});
afterEach(async () => {
  await threads[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const at = (...path: string[]): string => join(directory, ...path);

function fill(path: string, text = 'x'): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

const jobOf = (change: Partial<CopyUpJob> = {}): CopyUpJob => ({
  overlay: { lower: [at('top'), at('base')], upper: at('upper'), work: at('work') },
  path: '/data',
  target: at('target'),
  subpath: '',
  makesTarget: false,
  ...change,
});
const run = (change: Partial<CopyUpJob> = {}): Promise<void> => threads.copyUp(jobOf(change));

const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe.skipIf(!isRoot)('copyUp', () => {
  it('keeps owners, modes, times, links, devices, attributes and capabilities', async () => {
    const data = at('base/data');
    fill(join(data, 'file'), 'text');
    chownSync(join(data, 'file'), 33, 44);
    chmodSync(join(data, 'file'), 0o6750);
    mkdirSync(join(data, 'sub'), { mode: 0o700 });
    linkSync(join(data, 'file'), join(data, 'sub/again'));
    symlinkSync('/nowhere/at/all', join(data, 'dangling'));
    lutimesSync(join(data, 'dangling'), 1, 2);
    fill(join(data, 'marked'));
    sys.lsetxattr(join(data, 'marked'), 'user.note', Buffer.from('hello'));
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
    sys.lsetxattr(join(data, 'marked'), 'security.capability', capability);
    sys.lsetxattr(join(data, 'marked'), 'trusted.secret', Buffer.from('of the machine'));
    sys.lsetxattr(data, 'user.directory', Buffer.from('too'));
    sys.mknodat(-100, join(data, 'pipe'), 0o010640, 0, 0);
    sys.mknodat(-100, join(data, 'null'), 0o020666, 1, 3);
    chmodSync(join(data, 'pipe'), 0o640);
    chownSync(data, 1, 2);
    chmodSync(data, 0o2711);
    utimesSync(join(data, 'file'), 1_000_000, 2_000_000.5);
    utimesSync(join(data, 'sub'), 5, 6);
    utimesSync(data, 3, 4);
    await run();
    const target = at('target');
    for (const name of ['', 'file', 'sub', 'sub/again', 'dangling', 'marked', 'pipe', 'null']) {
      const [from, to] = [lstatSync(join(data, name), { bigint: true }), lstatSync(join(target, name), { bigint: true })];
      const facts = ({ mode, uid, gid, nlink, rdev, mtimeNs }: typeof from) => ({ mode, uid, gid, nlink, rdev, mtimeNs });
      expect([name, facts(to)]).toEqual([name, facts(from)]);
    }
    expect(lstatSync(join(target, 'file')).ino).toBe(lstatSync(join(target, 'sub/again')).ino);
    expect(readlinkSync(join(target, 'dangling'))).toBe('/nowhere/at/all');
    expect(sys.llistxattr(join(target, 'marked')).sort()).toEqual(['security.capability', 'user.note']);
    expect(Buffer.from(sys.lgetxattr(join(target, 'marked'), 'security.capability'))).toEqual(capability);
    expect(Buffer.from(sys.lgetxattr(target, 'user.directory')).toString()).toBe('too');
  });

  it('keeps names that are no text', async () => {
    mkdirSync(at('base/data'), { recursive: true });
    const script = `e=$(printf 'caf\\351'); mkdir "$e"; echo x > "$e/$e"; ln "$e/$e" "$e/hard"; ln -s "$e" "$e/link"; mkfifo "$(printf '\\377')"`;
    execFileSync('sh', ['-ec', script], { cwd: at('base/data') });
    await run();
    expect(describeTree(at('target'))).toEqual(describeTree(at('base/data')));
  });

  it('sees the layers as one, with what the upper ones hide', async () => {
    fill(at('base/data/old'));
    fill(at('base/data/gone'));
    fill(at('base/data/deep/below'));
    fill(at('top/data/new'));
    sys.mknodat(-100, at('top/data/gone'), 0o020000, 0, 0);
    fill(at('top/data/deep/above'));
    sys.lsetxattr(at('top/data/deep'), 'trusted.overlay.opaque', Buffer.from('y'));
    await run();
    expect(readdirSync(at('target')).sort()).toEqual(['deep', 'new', 'old']);
    expect(readdirSync(at('target/deep'))).toEqual(['above']);
    expect(sys.llistxattr(at('target/deep'))).toEqual([]);
  });

  it('reads an image of 128 layers', async () => {
    const lower = Array.from({ length: 128 }, (_, index) => {
      fill(at(`layer-${index}`, 'data', `file-${index}`));
      return at(`layer-${index}`);
    });
    await run({ overlay: { lower, upper: at('upper'), work: at('work') } });
    expect(readdirSync(at('target'))).toHaveLength(128);
  });

  it.each([
    ['a link to /etc', (base: string) => symlinkSync('/etc', join(base, 'data'))],
    ['a link that climbs', (base: string) => symlinkSync('../../../../../../../../etc', join(base, 'data'))],
    [
      'a link on the way',
      (base: string) => {
        symlinkSync('/', join(base, 'way'));
        symlinkSync('way/etc', join(base, 'data'));
      },
    ],
  ])('%s leads to the image, not to the host', async (_, make) => {
    make(at('base'));
    fill(at('base/etc/mine'), 'of the image');
    await run();
    expect(readdirSync(at('target'))).toEqual(['mine']);
  });

  it('links to the host and to itself without a place in the image copy nothing', async () => {
    symlinkSync('/etc', at('base/data'));
    await run();
    symlinkSync('loop', at('top/loop'));
    await run({ path: '/loop' });
    symlinkSync('/proc/self/cwd', at('top/magic'));
    await run({ path: '/magic' });
    expect(readdirSync(at('target'))).toEqual([]);
  });

  it('a file in the place of the directory copies nothing', async () => {
    fill(at('base/data'));
    await run();
    await run({ path: '/data/below' });
    expect(readdirSync(at('target'))).toEqual([]);
  });

  it('leaves a target alone that has files', async () => {
    fill(at('base/data/file'));
    fill(at('target/mine'));
    await run();
    expect(readdirSync(at('target'))).toEqual(['mine']);
  });

  it('fills a place in a volume, and never one outside of it', async () => {
    fill(at('base/data/file'));
    mkdirSync(at('target/place'));
    mkdirSync(at('outside'));
    symlinkSync('../outside', at('target/climbing'));
    symlinkSync(at('outside'), at('target/absolute'));
    await run({ subpath: 'place' });
    for (const subpath of ['climbing', 'absolute', 'missing', 'place/file']) await run({ subpath });
    expect([readdirSync(at('target/place')), readdirSync(at('outside'))]).toEqual([['file'], []]);
  });

  it('makes no thread for nothing or for an empty directory', async () => {
    fill(at('base/other/file'));
    fill(at('top/file'));
    mkdirSync(at('base/var/lib'), { recursive: true });
    mkdirSync(at('top/var'));
    mkdirSync(at('base/var/lib/data'), { mode: 0o700 });
    chownSync(at('base/var/lib/data'), 33, 44);
    // A thread would fail: it could not mount the layers.
    const overlay = { lower: [at('top'), at('base')], upper: at('upper'), work: at('missing') };
    await run({ overlay });
    await run({ overlay, path: '/var/lib/data', makesTarget: true, target: at('made') });
    expect(lstatSync(at('made'))).toMatchObject({ mode: 0o040700, uid: 33, gid: 44 });
    await expect(run({ overlay, path: '/other' })).rejects.toThrow('no such file or directory');
  });

  it('does not take an empty directory that an upper layer hides', async () => {
    mkdirSync(at('base/data'), { mode: 0o700 });
    sys.mknodat(-100, at('top/data'), 0o020000, 0, 0);
    await run({ makesTarget: true, target: at('by-name') });
    mkdirSync(at('base/srv/data'), { recursive: true });
    mkdirSync(at('top/srv'));
    sys.lsetxattr(at('top/srv'), 'trusted.overlay.opaque', Buffer.from('y'));
    await run({ path: '/srv/data', makesTarget: true, target: at('by-parent') });
    expect(readdirSync(directory)).not.toEqual(expect.arrayContaining([expect.stringContaining('by-')]));
  });

  it('refuses files nested without end', async () => {
    fill(at('base/data', ...Array.from({ length: 300 }, () => 'd'), 'file'));
    await expect(run()).rejects.toMatchObject({ kind: 'InvalidArgument', message: expect.stringContaining('nested deeper than 256 directories') as string });
  });

  it('says when there is no space', async () => {
    fill(at('base/data/file'), 'x'.repeat(200_000));
    sys.mount('tmpfs', at('target'), 'tmpfs', 0, 'size=64k');
    try {
      await expect(run()).rejects.toThrow('no space left on device');
    } finally {
      sys.umount2(at('target'), MNT.DETACH);
    }
  });

  it('leaves no mount and no descriptor, and never stalls the event loop for long', async () => {
    const text = 'x'.repeat(4096);
    for (let index = 0; index < 1000; index++) fill(at('base/data', `d${index % 50}`, `file-${index}`), text);
    fill(at('base/data/large'), 'y'.repeat(16 * 1024 * 1024));
    const before = [mounts(), openFiles()];
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const targets = Array.from({ length: 6 }, (_, index) => at(`target-${index}`));
    await Promise.all(targets.map((target) => threads.copyUp(jobOf({ target, makesTarget: true }))));
    delay.disable();
    await threads[Symbol.asyncDispose]();
    expect([mounts(), openFiles()]).toEqual(before);
    for (const target of targets) expect(readdirSync(join(target, 'd7'))).toHaveLength(20);
    const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(hash(join(targets[5] ?? '', 'large'))).toBe(hash(at('base/data/large')));
    // The machine may be busy with other things; a copy on this thread would take seconds in one piece.
    expect(delay.max / 1e6).toBeLessThan(500);
  });
});

describe.skipIf(!isRoot)('measure', () => {
  it('counts bytes of files, hard links once, and follows no link', async () => {
    fill(at('target/file'), 'x'.repeat(700));
    fill(at('target/deep/er/file'), 'x'.repeat(40));
    linkSync(at('target/file'), at('target/deep/again'));
    fill(at('outside/file'), 'x'.repeat(9000));
    symlinkSync(at('outside'), at('target/link'));
    expect(await threads.measure(at('target'))).toBe(740);
    expect(await threads.measure(at('missing'))).toBe(0);
  });
});
