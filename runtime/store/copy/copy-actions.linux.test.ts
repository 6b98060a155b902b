import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { removeTree } from '../layers/remove-tree.ts';
import type { CopyAction, CopySource } from './copy-actions.ts';
import { runCopyActions } from './copy-actions.ts';

const sys = createLinuxSyscalls();
const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

/** `name/`: a directory; `name -> target`: a link; `name=content`, or `name` with its own name as content: a file. */
type Sketch = readonly string[];
type Copy = CopyAction & { readonly kind: 'copy' };

const WHEN = new Date('2020-01-02T03:04:05Z');
let directory: string;
let from: string;
let to: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-copy-'));
});
beforeEach(() => {
  removeTree(join(directory, 'case'));
  from = join(directory, 'case/from');
  to = join(directory, 'case/to');
  mkdirSync(from, { recursive: true });
  mkdirSync(to);
});
afterAll(() => removeTree(directory));

function draw(root: string, sketch: Sketch): void {
  for (const line of sketch) {
    const [, name = '', , target, , content] = /^([^=]*?)( -> (\S*))?(=(.*))?$/s.exec(line) ?? [];
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (target !== undefined) symlinkSync(target, path);
    else if (!name.endsWith('/')) writeFileSync(path, content ?? name);
  }
}

/** The opposite of `draw`, in the order of paths. */
function sketchOf(root: string, below = ''): string[] {
  return readdirSync(join(root, below))
    .sort()
    .flatMap((name) => {
      const path = below === '' ? name : `${below}/${name}`;
      const stats = lstatSync(join(root, path));
      if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(root, path))}`];
      if (stats.isDirectory()) return [`${path}/`, ...sketchOf(root, path)];
      return [`${path}=${readFileSync(join(root, path), 'utf8')}`];
    });
}

async function run(actions: readonly CopyAction[], target: { readonly time?: bigint; readonly check?: () => void } = {}): Promise<void> {
  const root = openSync(to, 'r');
  try {
    const limits = { entries: 1000, bytes: 1e9 };
    await runCopyActions(sys, { root, time: target.time, umask: 0o022, limits, check: target.check ?? (() => undefined) }, actions);
  } finally {
    closeSync(root);
  }
}

const opened: number[] = [];
afterAll(() => {
  for (const fd of opened) closeSync(fd);
});
function source(path: string, options: Partial<CopySource> = {}): CopySource {
  const root = openSync(from, 'r');
  opened.push(root);
  return { root, path, unpack: false, allowEmpty: true, owner: { uid: 0, gid: 0 }, ...options };
}
function copyOf(sources: readonly string[], destination: string, options: Partial<Copy> = {}, each: Partial<CopySource> = {}): Copy {
  return {
    kind: 'copy',
    sources: sources.map((path) => source(path, each)),
    destination,
    owner: undefined,
    chmod: undefined,
    parents: false,
    exclude: [],
    ...options,
  };
}

describe.skipIf(!canRun)('copying', () => {
  it.each<[what: string, from: Sketch, to: Sketch, sources: string[], destination: string, after: Sketch]>([
    ['a file to a name', ['a'], [], ['a'], '/b', ['b=a']],
    ['a file to a name in a directory that is missing', ['a'], [], ['a'], '/x/y/b', ['x/', 'x/y/', 'x/y/b=a']],
    ['a file to a directory by its slash', ['a'], [], ['a'], '/x/', ['x/', 'x/a=a']],
    ['a file to a directory by its dot', ['a'], ['x/'], ['a'], '/x/.', ['x/', 'x/a=a']],
    ['a file to a directory that is there', ['a'], ['x/'], ['a'], '/x', ['x/', 'x/a=a']],
    ['a file to the root', ['a'], [], ['a'], '/', ['a=a']],
    ['a file over a file', ['a'], ['b=old'], ['a'], '/b', ['b=a']],
    ['a file over a link in a directory, which is replaced', ['a'], ['keep', 'd/a -> ../keep'], ['a'], '/d/', ['d/', 'd/a=a', 'keep=keep']],
    ['a file by way of a link to a directory', ['a'], ['real/', 'l -> real'], ['a'], '/l/', ['l -> real', 'real/', 'real/a=a']],
    ['a file by way of an absolute link', ['a'], ['real/', 'l -> /real'], ['a'], '/l/b', ['l -> /real', 'real/', 'real/b=a']],
    ['a file by way of a link to nothing', ['a'], ['l -> /run/here'], ['a'], '/l/b', ['l -> /run/here', 'run/', 'run/here/', 'run/here/b=a']],
    ['a file by way of a link that climbs', ['a'], ['l -> ../../../../../up'], ['a'], '/l/b', ['l -> ../../../../../up', 'up/', 'up/b=a']],
    ['several files', ['a', 'b'], [], ['a', 'b'], '/x/', ['x/', 'x/a=a', 'x/b=b']],
    ['what a directory has', ['d/a', 'd/e/b', 'd/e/f/'], [], ['d'], '/x', ['x/', 'x/a=d/a', 'x/e/', 'x/e/b=d/e/b', 'x/e/f/']],
    ['what a directory has, with a slash', ['d/a'], [], ['d/'], '/x/', ['x/', 'x/a=d/a']],
    ['what a directory has into one that is there', ['d/a', 'd/b'], ['x/a=old', 'x/c=kept'], ['d'], '/x', ['x/', 'x/a=d/a', 'x/b=d/b', 'x/c=kept']],
    ['everything', ['a', 'd/b'], [], ['.'], '/', ['a=a', 'd/', 'd/b=d/b']],
    ['everything by a slash', ['a', 'd/b'], [], ['/'], '/x', ['x/', 'x/a=a', 'x/d/', 'x/d/b=d/b']],
    ['everything over a root that has files', ['etc/a'], ['etc/b=b'], ['.'], '/', ['etc/', 'etc/a=etc/a', 'etc/b=b']],
    ['what two directories have', ['d/a', 'e/b'], [], ['d', 'e'], '/x/', ['x/', 'x/a=d/a', 'x/b=e/b']],
    ['an empty directory', ['d/'], [], ['d'], '/x', ['x/']],
    ['an absolute source', ['a'], [], ['/a'], '/b', ['b=a']],
    ['a source that climbs stays inside', ['a'], [], ['../../../a'], '/b', ['b=a']],
    ['a link to a file as what it leads to', ['a', 'l -> a'], [], ['l'], '/b', ['b=a']],
    ['a link to a file under its own name', ['a', 'l -> a'], [], ['l'], '/x/', ['x/', 'x/l=a']],
    ['a link to a directory as what that has', ['d/a', 'l -> d'], [], ['l'], '/x', ['x/', 'x/a=d/a']],
    ['a link that leads out, in the root', ['a', 'l -> ../../../a'], [], ['l'], '/b', ['b=a']],
    ['links in a directory as links', ['d/l -> nowhere', 'd/m -> /etc'], [], ['d'], '/x', ['x/', 'x/l -> nowhere', 'x/m -> /etc']],
    ['by a pattern', ['a.c', 'b.c', 'c.h', 'd/e.c'], [], ['*.c'], '/x/', ['x/', 'x/a.c=a.c', 'x/b.c=b.c']],
    ['by a pattern in a directory', ['d/a.c', 'd/b.h', 'e/c.c'], [], ['d/*.c'], '/x/', ['x/', 'x/a.c=d/a.c']],
    ['by a pattern of directories', ['d1/a', 'd2/b', 'e/c'], [], ['d*'], '/x/', ['x/', 'x/a=d1/a', 'x/b=d2/b']],
    ['by a pattern in the middle', ['p/x/f=1', 'p/y/g=2', 'p/z'], [], ['p/*/f'], '/t/', ['t/', 't/f=1']],
    ['by a question mark and a class', ['ab', 'ac', 'b1'], [], ['a?', '[b-d]1'], '/x/', ['x/', 'x/ab=ab', 'x/ac=ac', 'x/b1=b1']],
    ['by an escaped pattern', ['a*', 'ab'], [], ['a\\*'], '/x/', ['x/', 'x/a*=a*']],
    ['nothing by a pattern', ['a'], [], ['*.c'], '/x/', []],
    ['a link by a pattern as what it leads to', ['t', 'l.c -> t'], [], ['*.c'], '/x/', ['x/', 'x/l.c=t']],
    ['names with odd characters', ['d/a b', 'd/\n', 'd/ü', 'd/-rf'], [], ['d'], '/x', ['x/', 'x/\n=d/\n', 'x/-rf=d/-rf', 'x/a b=d/a b', 'x/ü=d/ü']],
  ])('%s', async (_what, before, base, sources, destination, after) => {
    draw(from, before);
    draw(to, base);
    await run([copyOf(sources, destination)]);
    expect(sketchOf(to)).toEqual(after);
  });

  it.each<[what: string, from: Sketch, to: Sketch, sources: string[], destination: string, exclude: string[], after: Sketch]>([
    ['files of a directory', ['d/a.md', 'd/b.c'], [], ['d'], '/x', ['*.md'], ['x/', 'x/b.c=d/b.c']],
    ['files of a pattern', ['a.md', 'b.c'], [], ['*'], '/x/', ['*.md'], ['x/', 'x/b.c=b.c']],
    ['a directory below', ['d/n/a', 'd/b'], [], ['d'], '/x', ['n'], ['x/', 'x/b=d/b']],
    ['a directory with an exception', ['d/n/a', 'd/n/b', 'd/m/c'], [], ['d'], '/x', ['n', 'm', '!n/b'], ['x/', 'x/n/', 'x/n/b=d/n/b']],
    ['the only file', ['a'], [], ['a'], '/x/', ['a'], []],
  ])('leaves out %s', async (_what, before, base, sources, destination, exclude, after) => {
    draw(from, before);
    draw(to, base);
    await run([copyOf(sources, destination, { exclude })]);
    expect(sketchOf(to)).toEqual(after);
  });

  it.each<[what: string, from: Sketch, sources: string[], destination: string, after: Sketch]>([
    ['of a file', ['a/b/c'], ['a/b/c'], '/x', ['x/', 'x/a/', 'x/a/b/', 'x/a/b/c=a/b/c']],
    ['of a directory', ['a/b/c'], ['a/b'], '/x/', ['x/', 'x/a/', 'x/a/b/', 'x/a/b/c=a/b/c']],
    ['from a pivot on', ['a/b/c'], ['a/./b/c'], '/x/', ['x/', 'x/b/', 'x/b/c=a/b/c']],
    ['from a leading dot on', ['a/b'], ['./a/b'], '/x/', ['x/', 'x/a/', 'x/a/b=a/b']],
    ['of a pattern', ['a/1/f', 'a/2/f', 'a/2/g'], ['a/*/f'], '/', ['a/', 'a/1/', 'a/1/f=a/1/f', 'a/2/', 'a/2/f=a/2/f']],
    ['of files anywhere', ['a.t', 'd/b.t', 'd/e/c.t', 'd/x'], ['**/*.t'], '/', ['a.t=a.t', 'd/', 'd/b.t=d/b.t', 'd/e/', 'd/e/c.t=d/e/c.t']],
    ['of a link, which stays one', ['a/l -> t', 'a/t'], ['a/l'], '/', ['a/', 'a/l -> t']],
  ])('keeps parents %s', async (_what, before, sources, destination, after) => {
    draw(from, before);
    await run([copyOf(sources, destination, { parents: true })]);
    expect(sketchOf(to)).toEqual(after);
  });

  it('gives parents what the source says of them', async () => {
    draw(from, ['a/b/c']);
    chmodSync(join(from, 'a/b'), 0o710);
    utimesSync(join(from, 'a/b'), WHEN, WHEN);
    await run([copyOf(['a/b/c'], '/x', { parents: true })]);
    expect(lstatSync(join(to, 'x/a/b')).mode & 0o7777).toBe(0o710);
    expect(lstatSync(join(to, 'x')).mode & 0o7777).toBe(0o755);
  });

  it.each<[what: string, from: Sketch, to: Sketch, sources: string[], destination: string, message: RegExp]>([
    ['a directory over a file', ['d/a'], ['x'], ['d'], '/x', /^cannot copy to non-directory: \/x$/],
    ['a directory over a link', ['d/s/a'], ['real/', 'x/s -> ../real'], ['d'], '/x', /^cannot copy to non-directory: \/x\/s$/],
    ['a file below a file', ['a'], ['x'], ['a'], '/x/b', /^cannot copy to non-directory: \/x/],
    ['a file beyond links in a circle', ['a'], ['l -> m', 'm -> l'], ['a'], '/l/b', /^cannot copy to non-directory: \/l/],
    ['a file over a directory', ['d/s'], ['x/s/'], ['d'], '/x', /^cannot replace to directory \/x\/s with file$/],
    ['what is missing', ['a'], [], ['b'], '/x', /^"\/b": not found$/],
    ['what is missing in a directory', ['a'], [], ['a/b/../c'], '/x', /^"\/a\/c": not found$/],
    ['a link to nothing', ['l -> nowhere'], [], ['l'], '/x', /^"\/l": not found$/],
    ['links in a circle', ['l -> m', 'm -> l'], [], ['l'], '/x', /^"\/l": not found$/],
    ['what lies beyond a link out of the root', ['l -> ../to'], ['secret'], ['l/secret'], '/x', /^"\/l\/secret": not found$/],
  ])('refuses %s', async (_what, before, base, sources, destination, message) => {
    draw(from, before);
    draw(to, base);
    const unchanged = sketchOf(to);
    await expect(run([copyOf(sources, destination)])).rejects.toThrow(message);
    expect(sketchOf(to)).toEqual(unchanged);
  });

  it('refuses a pattern that matches nothing where that is not allowed', async () => {
    await expect(run([copyOf(['*.c'], '/x/', {}, { allowEmpty: false })])).rejects.toMatchObject({ kind: 'NotFound', message: '"/*.c": not found' });
  });

  it('keeps modes, times and attributes of files, links and directories', async () => {
    draw(from, ['d/f', 'd/e/', 'd/l -> f']);
    chmodSync(join(from, 'd/f'), 0o4751);
    chmodSync(join(from, 'd/e'), 0o1770);
    for (const name of ['d/f', 'd/e']) utimesSync(join(from, name), WHEN, WHEN);
    lutimesSync(join(from, 'd/l'), WHEN, WHEN);
    sys.lsetxattr(join(from, 'd/f'), 'user.mark', Buffer.from('yes'));
    await run([copyOf(['d'], '/x')]);
    const seen = ['x/f', 'x/e', 'x/l'].map((name) => lstatSync(join(to, name)));
    expect(seen.map(({ mtime }) => mtime)).toEqual([WHEN, WHEN, WHEN]);
    expect(seen.slice(0, 2).map(({ mode }) => (mode & 0o7777).toString(8))).toEqual(['4751', '1770']);
    expect(Buffer.from(sys.lgetxattr(join(to, 'x/f'), 'user.mark')).toString()).toBe('yes');
  });

  it.each<[what: string, action: Partial<Copy>, each: Partial<CopySource>, owner: string]>([
    ['root by default', {}, {}, '0:0'],
    ['whom they belong to when they come from an image', {}, { owner: undefined }, '1000:1001'],
    ['whom the instruction says', { owner: { uid: 7, gid: 8 } }, { owner: undefined }, '7:8'],
  ])('gives files to %s', async (_what, action, each, owner) => {
    draw(from, ['d/f', 'd/l -> f']);
    for (const name of ['d', 'd/f']) chownSync(join(from, name), 1000, 1001);
    execFileSync('chown', ['-h', '1000:1001', join(from, 'd/l')]);
    await run([copyOf(['d'], '/new/x', action, each)]);
    const ownerOf = (name: string): string => `${lstatSync(join(to, name)).uid}:${lstatSync(join(to, name)).gid}`;
    expect(['new/x/f', 'new/x/l'].map(ownerOf)).toEqual([owner, owner]);
    // What the builder makes is the instruction's owner's too, and root's without one.
    expect(['new', 'new/x'].map(ownerOf)).toEqual(Array.from({ length: 2 }, () => (action.owner === undefined ? '0:0' : owner)));
  });

  it.each<[chmod: string, file: string, below: string, made: string]>([
    ['600', '600', '600', '600'],
    ['1777', '1777', '1777', '755'],
    ['u=rwX,go=rX', '755', '755', '755'],
    ['go-rwx', '700', '700', '755'],
  ])('changes modes by --chmod=%s, those of directories on the way by a number alone', async (chmod, file, below, made) => {
    draw(from, ['d/f', 'd/s/']);
    chmodSync(join(from, 'd/f'), 0o755);
    chmodSync(join(from, 'd/s'), 0o755);
    await run([copyOf(['d'], '/p/x', { chmod })]);
    const modeOf = (name: string): string => (lstatSync(join(to, name)).mode & 0o7777).toString(8);
    expect([modeOf('p/x/f'), modeOf('p/x/s'), modeOf('p/x'), modeOf('p')]).toEqual([file, below, made, made]);
  });

  it('makes directories of a linked copy as they usually are: they will stand above others', async () => {
    draw(from, ['a']);
    await run([copyOf(['a'], '/p/x', { chmod: '600', isLinked: true })]);
    expect(['p', 'p/x'].map((name) => (lstatSync(join(to, name)).mode & 0o777).toString(8))).toEqual(['755', '600']);
  });

  it('leaves a directory that is named as it is, and gives those below it what the source says', async () => {
    draw(from, ['d/s/f']);
    draw(to, ['x/s/']);
    chmodSync(join(from, 'd'), 0o700);
    chmodSync(join(from, 'd/s'), 0o700);
    chmodSync(join(to, 'x'), 0o775);
    chmodSync(join(to, 'x/s'), 0o775);
    await run([copyOf(['d'], '/x')]);
    expect([lstatSync(join(to, 'x')).mode & 0o777, lstatSync(join(to, 'x/s')).mode & 0o777]).toEqual([0o775, 0o700]);
  });

  it('makes the directory it copies to as one that was missing, not as the one it copies from', async () => {
    draw(from, ['d/f']);
    chmodSync(join(from, 'd'), 0o711);
    utimesSync(join(from, 'd'), WHEN, WHEN);
    chownSync(join(from, 'd'), 1000, 1001);
    await run([copyOf(['d'], '/x', {}, { owner: undefined })]);
    const { mode, uid, gid, mtime } = lstatSync(join(to, 'x'));
    expect([mode & 0o7777, uid, gid, mtime > WHEN]).toEqual([0o755, 0, 0, true]);
  });

  it('writes several files to one name never', async () => {
    draw(from, ['a', 'b', 'd/c']);
    await expect(run([copyOf(['a', 'b'], '/x')])).rejects.toThrow('more than one source file, the destination must be a directory');
    await run([copyOf(['d', 'a', 'b'], '/y')]);
    expect(sketchOf(join(to, 'y'))).toEqual(['a=a', 'b=b', 'c=d/c']);
  });

  it('keeps names of one file together', async () => {
    draw(from, ['d/a=linked']);
    linkSync(join(from, 'd/a'), join(from, 'd/b'));
    linkSync(join(from, 'd/a'), join(from, 'outside'));
    await run([copyOf(['d'], '/x')]);
    expect([lstatSync(join(to, 'x/a')).ino === lstatSync(join(to, 'x/b')).ino, lstatSync(join(to, 'x/a')).nlink]).toEqual([true, 2]);
  });

  it('keeps holes, and the bytes of large files', async () => {
    writeFileSync(join(from, 'large'), Buffer.alloc(3 * 1024 * 1024 + 5, 'abcdefg'));
    writeFileSync(join(from, 'sparse'), 'head');
    truncateSync(join(from, 'sparse'), 1024 ** 3);
    writeFileSync(join(from, 'sparse'), 'tail', { flag: 'a' });
    await run([copyOf(['.'], '/x')]);
    expect(readFileSync(join(to, 'x/large')).equals(readFileSync(join(from, 'large')))).toBe(true);
    const sparse = lstatSync(join(to, 'x/sparse'));
    expect([sparse.size, sparse.blocks < 100]).toEqual([1024 ** 3 + 4, true]);
  });

  it('makes FIFOs and devices again without opening them', async () => {
    execFileSync('mkfifo', [join(from, 'fifo')]);
    execFileSync('mknod', [join(from, 'device'), 'c', '10', '199']);
    await run([copyOf(['.'], '/x')]);
    expect([lstatSync(join(to, 'x/fifo')).isFIFO(), lstatSync(join(to, 'x/device')).rdev]).toEqual([true, lstatSync(join(from, 'device')).rdev]);
  });

  it('writes here-documents', async () => {
    const inline: Copy = {
      ...copyOf([], '/x/'),
      sources: [
        { inline: 'one\n', name: 'a' },
        { inline: 'two', name: 'b' },
      ],
    };
    await run([inline, { ...inline, destination: '/x/c', sources: [{ inline: '', name: 'z' }], chmod: '755', owner: { uid: 3, gid: 4 } }]);
    expect(sketchOf(to)).toEqual(['x/', 'x/a=one\n', 'x/b=two', 'x/c=']);
    const { mode, uid, gid } = lstatSync(join(to, 'x/c'));
    expect([mode & 0o777, uid, gid, lstatSync(join(to, 'x/a')).mode & 0o777]).toEqual([0o755, 3, 4, 0o644]);
  });

  it('makes directories with their parents, and leaves those that are there', async () => {
    draw(to, ['have/', 'l -> have']);
    chmodSync(join(to, 'have'), 0o700);
    const time = 1_500_000_000_000_000_000n;
    await run([{ kind: 'mkdir', path: '/l/a/b', owner: { uid: 5, gid: 6 } }], { time });
    await run([{ kind: 'mkdir', path: '/have', owner: { uid: 5, gid: 6 } }], { time });
    expect(sketchOf(to)).toEqual(['have/', 'have/a/', 'have/a/b/', 'l -> have']);
    const made = ['have/a', 'have/a/b'].map((name) => lstatSync(join(to, name)));
    expect(made.map(({ uid, mode, mtimeMs }) => [uid, mode & 0o777, mtimeMs])).toEqual([
      [5, 0o755, 1_500_000_000_000],
      [5, 0o755, 1_500_000_000_000],
    ]);
    const have = lstatSync(join(to, 'have'));
    expect([have.uid, have.mode & 0o777]).toEqual([0, 0o700]);
  });

  it('never writes beyond the root, whatever links the base has', async () => {
    draw(from, ['d/f']);
    draw(directory, ['outside/keep=kept']);
    draw(to, [`abs -> ${directory}/outside`, 'up -> ../../../../../../../../../../tmp', 'p -> /proc/self/root/tmp']);
    await run([copyOf(['d'], '/abs/x'), copyOf(['d/f'], '/up/slipway-f'), copyOf(['d/f'], '/p/slipway-f')]);
    expect(sketchOf(join(directory, 'outside'))).toEqual(['keep=kept']);
    expect([existsSync('/tmp/slipway-f'), existsSync(join(to, 'tmp/slipway-f'))]).toEqual([false, true]);
  });

  it('stops when it is told to', async () => {
    draw(from, ['a', 'b', 'c']);
    let files = 0;
    const check = (): void => {
      if (++files === 3) throw new Error('stopped');
    };
    await expect(run([copyOf(['.'], '/')], { check })).rejects.toThrow('stopped');
    expect(sketchOf(to).length).toBeLessThan(3);
  });

  it('stops in the middle of a large file', async () => {
    const content = Buffer.alloc(12 * 1024 * 1024, 'x');
    writeFileSync(join(from, 'large'), content);
    let calls = 0;
    const check = (): void => {
      if (++calls === 10) throw new Error('stopped');
    };
    await expect(run([copyOf(['large'], '/')], { check })).rejects.toThrow('stopped');
    expect(lstatSync(join(to, 'large')).size).toBeLessThan(content.length);
    await run([copyOf(['large'], '/')]);
    expect(readFileSync(join(to, 'large')).equals(content)).toBe(true);
  });

  it('leaves no descriptor open', async () => {
    draw(from, ['d/a', 'd/e/b', 'd/l -> a', 'x']);
    linkSync(join(from, 'd/a'), join(from, 'd/z'));
    const actions = [copyOf(['d', 'x*'], '/n/m/'), copyOf(['d/**'], '/p', { parents: true }), copyOf(['d'], '/q', { exclude: ['e'] })];
    const missing = copyOf(['missing'], '/y');
    const before = readdirSync('/proc/self/fd').length;
    await run(actions);
    await expect(run([...actions, missing])).rejects.toThrow('not found');
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });
});
