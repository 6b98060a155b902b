import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/log.ts';
import { openView } from '../../container/files/open-view.ts';
import { createLauncher, LAUNCHER_BINARY } from '../../sys/launcher/create-launcher.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { describeTree } from '../../testkit/describe-tree.ts';
import { removeTree } from '../layers/remove-tree.ts';
import { FileService } from './file-service.ts';

const sys = createLinuxSyscalls();
const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');
const never = new AbortController().signal;
/** Many names are made faster in memory. */
const MEMORY = '/dev/shm';

let directory: string;
let files: FileService;
let places = 0;

beforeAll(() => {
  directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'slipway-hostile-'));
  files = new FileService();
});
afterAll(async () => {
  await files[Symbol.asyncDispose]();
  removeTree(directory);
});

function place(): string {
  const path = join(directory, String(++places));
  mkdirSync(path);
  return path;
}

async function copyAll(from: string, to: string | number, signal = never, path = '.'): Promise<void> {
  const source = openSync(from, 'r');
  const root = typeof to === 'number' ? to : openSync(to, 'r');
  try {
    const sources = [{ root: source, path, unpack: false, allowEmpty: false, owner: undefined }];
    const action = { kind: 'copy' as const, sources, destination: '/x/', owner: undefined, chmod: undefined, parents: false, exclude: [] };
    await files.copy({ root, actions: [action], time: undefined, limits: { entries: 1, bytes: 1 } }, signal);
  } finally {
    closeSync(source);
    if (typeof to === 'string') closeSync(root);
  }
}

async function digestOf(path: string): Promise<string | undefined> {
  const root = openSync(path, 'r');
  try {
    return await files.digest({ root, path: '.', parents: false, exclude: [], ownerless: true }, never);
  } finally {
    closeSync(root);
  }
}

/** Directories in each other, made from within: their path is longer than any path may be. */
function dig(path: string, depth: number): void {
  let fd = openSync(path, 'r');
  for (let level = 0; level < depth; level++) {
    sys.mkdirat(fd, 'deep', 0o755);
    const inner = openSync(`/proc/self/fd/${fd}/deep`, 'r');
    closeSync(fd);
    fd = inner;
  }
  closeSync(fd);
}

describe.skipIf(!canRun)('copying what is against it', () => {
  it('never reads beyond the source while directories and links change places', async () => {
    const [from, outside] = [place(), place()];
    writeFileSync(join(outside, 'secret'), 'secret');
    mkdirSync(join(from, 'd/e'), { recursive: true });
    for (let index = 0; index < 50; index++) writeFileSync(join(from, 'd/e', `f${index}`), 'fine');
    const script = `cd ${from}; ln -s ${outside} l; while :; do mv -T d was && mv -T l d; mv -T d l && mv -T was d; done`;
    const swapper = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true });
    const kinds = new Set<string>();
    try {
      for (let round = 0; round < 40; round++) {
        const to = place();
        await copyAll(from, to);
        const copied = readdirSync(join(to, 'x'), { withFileTypes: true });
        for (const entry of copied) {
          kinds.add(entry.isDirectory() ? 'directory' : 'link');
          if (entry.isDirectory()) expect(readdirSync(join(to, 'x', entry.name))).not.toContain('secret');
        }
        removeTree(to);
      }
    } finally {
      process.kill(-(swapper.pid as number), 'SIGKILL');
    }
    expect([...kinds].sort()).toEqual(['directory', 'link']);
  });

  it('copies 100,000 names of one directory, and names their content', async () => {
    const [from, to] = [place(), place()];
    for (let index = 0; index < 100_000; index++) closeSync(openSync(join(from, `name-${index}`), 'w'));
    await copyAll(from, to);
    expect(readdirSync(join(to, 'x')).length).toBe(100_000);
    expect(await digestOf(join(to, 'x'))).toBe(await digestOf(from));
  }, 180_000);

  it('copies trees as deep as paths never are, and refuses deeper ones without holding on to them', async () => {
    const [fine, tooDeep] = [place(), place()];
    dig(fine, 900);
    dig(tooDeep, 1100);
    const to = place();
    await copyAll(fine, to);
    expect(await digestOf(join(to, 'x'))).toBe(await digestOf(fine));
    const before = readdirSync('/proc/self/fd').length;
    await expect(copyAll(tooDeep, place())).rejects.toMatchObject({ kind: 'TooLarge' });
    await expect(digestOf(tooDeep)).rejects.toMatchObject({ kind: 'TooLarge' });
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });

  it('copies a socket as a name, and digests what cannot be read', async () => {
    const [from, to] = [place(), place()];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(from, 'socket'), resolve));
    await copyAll(from, to);
    expect([lstatSync(join(to, 'x/socket')).isSocket(), typeof (await digestOf(from))]).toEqual([true, 'string']);
    await new Promise((resolve) => server.close(resolve));
  });

  /** Two names that text cannot tell apart: a directory with a file by the same name, a hard link of that, a pipe, and a link. */
  function makeByteNames(path: string): void {
    const script = `e=$(printf 'caf\\351'); o=$(printf 'caf\\350'); mkdir "$e"; echo bytes > "$e/$e"; ln "$e/$e" "$o"; mkfifo "$e/$(printf 'caf\\352')"; ln -s "$e" "$e/link"`;
    execFileSync('sh', ['-ec', script], { cwd: path });
  }

  it.each(['.', '*', 'c*'])('copies names that are no text, of which %s is asked for', async (path) => {
    const [from, to] = [place(), place()];
    makeByteNames(from);
    await copyAll(from, to, never, path);
    // Of a pattern that is a directory the files are copied.
    const wanted = path === '.' ? from : place();
    if (path !== '.') execFileSync('sh', ['-ec', `cp -a ${from}/*/* .; cp -a --remove-destination ${from}/$(printf 'caf\\350') .`], { cwd: wanted });
    const [made, original] = [describeTree(join(to, 'x')), describeTree(wanted)].map((rows) => rows.slice(1).map((row) => row.replace(/ =\S+ /, '  ')));
    expect(made).toEqual(original);
    if (path === '.') expect(describeTree(join(to, 'x')).filter((row) => row.includes(' =/'))).toHaveLength(1);
  });

  it('deletes what is ignored by its bytes, and digests names as they are', async () => {
    const [from, other] = [place(), place()];
    makeByteNames(from);
    execFileSync('sh', ['-ec', `cp -a ${from}/. .; mv "$(printf 'caf\\350')" "$(printf 'caf\\353')"`], { cwd: other });
    expect(await digestOf(from)).not.toBe(await digestOf(other));
    const root = openSync(from, 'r');
    await files.removeIgnored({ root, patterns: ['caf*', '!caf?/link'] }, never);
    closeSync(root);
    expect(describeTree(from).map((row) => row.split(' ')[0])).toEqual(['/', '/caf\udce9', '/caf\udce9/link']);
  });

  it('says that a disk is full', async () => {
    const from = place();
    writeFileSync(join(from, 'large'), Buffer.alloc(2 * 1024 * 1024, 1));
    const base = place();
    mkdirSync(join(base, 'full'));
    const [runDirectory, view] = [place(), place()];
    await using launcher = await createLauncher({ syscalls: sys, binary: LAUNCHER_BINARY, runDirectory, logger: silentLogger });
    const mount = { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target: '/full', flags: 0, data: 'size=1m' } as const;
    await using opened = await openView(launcher, { id: 'f'.repeat(64), runDirectory: join(view, 'v') }, [{ op: 'bind-root', source: base }, mount]);
    const root = openSync(`/proc/self/fd/${opened.fd}/full`, 'r');
    try {
      await expect(copyAll(from, root)).rejects.toMatchObject({ message: 'no space left on device', details: { code: 'ENOSPC' } });
    } finally {
      closeSync(root);
    }
  });

  it('stops at the next file', async () => {
    const [from, to] = [place(), place()];
    for (let index = 0; index < 5000; index++) closeSync(openSync(join(from, `name-${index}`), 'w'));
    const controller = new AbortController();
    const copied = copyAll(from, to, controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(copied).rejects.toThrow('enough');
  });
});
