import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { removeTree } from '../store/layers/remove-tree.ts';
import { type BuildFilesRig, openBuildFilesRig } from '../testkit/build-files-rig.ts';
import { freePort } from '../testkit/registry.ts';
import { serveHttp } from '../testkit/serve-http.ts';
import type { Operation, Tree } from './graph.ts';

type Git = Operation & { readonly kind: 'git' };
type Http = Operation & { readonly kind: 'http' };
type Directory = Tree & { readonly kind: 'directory' };

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

let rig: BuildFilesRig;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-fetch-'));
  if (canRun) rig = await openBuildFilesRig({ bytes: 1024 * 1024 });
});
afterAll(async () => {
  if (canRun) await rig[Symbol.asyncDispose]();
  removeTree(scratch);
});

function draw(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

async function released(): Promise<void> {
  rig.contexts.release('test');
  await expect.poll(() => rig.leftovers(), { timeout: 30_000 }).toEqual([]);
}

describe.skipIf(!canRun)('repositories', () => {
  let daemon: ChildProcess;
  let origin: string;
  let first: string;
  let second: string;
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=n', '-c', 'user.email=e@example.test', '-c', 'protocol.file.allow=always', '-c', 'init.defaultBranch=main', ...args],
      { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    ).trim();

  beforeAll(async () => {
    if (!canRun) return;
    const served = join(scratch, 'served');
    const repository = join(served, 'one.git');
    const library = join(served, 'library.git');
    for (const path of [repository, library]) {
      mkdirSync(path, { recursive: true });
      git(path, 'init', '--quiet');
    }
    const port = await freePort();
    origin = `git://127.0.0.1:${port}`;
    daemon = spawn(
      join(git(served, '--exec-path'), 'git-daemon'),
      ['--reuseaddr', '--export-all', '--listen=127.0.0.1', `--port=${port}`, `--base-path=${served}`],
      { stdio: 'ignore' },
    );
    await vi.waitUntil(() => answers(port), { timeout: 30_000 });
    draw(library, { lib: 'library' });
    git(library, 'add', '.');
    git(library, 'commit', '--quiet', '-m', 'library');
    draw(repository, { Dockerfile: 'FROM scratch', 'dir/sub/f': 'one' });
    symlinkSync('/etc', join(repository, 'out'));
    git(repository, 'add', '.');
    git(repository, 'commit', '--quiet', '-m', 'one');
    first = git(repository, 'rev-parse', 'HEAD');
    git(repository, 'tag', '-a', 'v1', '-m', 'v1');
    git(repository, 'submodule', '--quiet', 'add', `${origin}/library.git`, 'vendor/lib');
    draw(repository, { 'dir/sub/f': 'two' });
    git(repository, 'add', '.');
    git(repository, 'commit', '--quiet', '-m', 'two');
    second = git(repository, 'rev-parse', 'HEAD');
    git(repository, 'update-ref', 'refs/pull/7/head', first);
    git(repository, 'branch', 'other', first);
  });
  afterAll(() => {
    daemon?.kill('SIGKILL');
  });

  const fetch = (options: Partial<Git> = {}, signal?: AbortSignal): Promise<Directory> =>
    rig.fetches.git(
      { kind: 'git', url: `${origin}/one.git`, ref: '', subdirectory: '', keepGitDir: false, ...options },
      rig.context([], signal === undefined ? {} : { signal }),
    );
  const contentOf = ({ path }: Directory): string => readFileSync(join(path, 'dir/sub/f'), 'utf8');

  it.each<[what: string, ref: () => string, content: string]>([
    ['the default branch', () => '', 'two'],
    ['a branch', () => 'other', 'one'],
    ['an annotated tag', () => 'v1', 'one'],
    ['a full reference', () => 'refs/heads/main', 'two'],
    ['a pull request', () => 'refs/pull/7/head', 'one'],
    ['a commit', () => first, 'one'],
    ['a shortened commit', () => first.slice(0, 9), 'one'],
  ])('are checked out at %s', async (_what, ref, content) => {
    expect(contentOf(await fetch({ ref: ref() }))).toBe(content);
    await released();
  });

  it('come with their submodules, and with nothing of git', async () => {
    const tree = await fetch();
    expect([
      readFileSync(join(tree.path, 'vendor/lib/lib'), 'utf8'),
      existsSync(join(tree.path, '.git')),
      existsSync(join(tree.path, 'vendor/lib/.git')),
    ]).toEqual(['library', false, false]);
  });

  it('keep what git has when that is asked for', async () => {
    const tree = await fetch({ keepGitDir: true });
    expect([git(tree.path, 'rev-parse', 'HEAD'), git(tree.path, 'config', 'remote.origin.url')]).toEqual([second, `${origin}/one.git`]);
  });

  it('have one digest for one commit', async () => {
    const [one, two, other] = [await fetch(), await fetch(), await fetch({ ref: 'other' })];
    expect([one.digest === two.digest, one.digest === other.digest]).toEqual([true, false]);
  });

  it('show a directory of theirs alone, never one outside', async () => {
    expect(readdirSync((await fetch({ subdirectory: 'dir/sub' })).path)).toEqual(['f']);
    await expect(fetch({ subdirectory: 'out' })).rejects.toThrow(/leads out of the repository/);
    await expect(fetch({ subdirectory: '../../..' })).rejects.toThrow(/leads out of the repository/);
    await expect(fetch({ subdirectory: 'none' })).rejects.toMatchObject({ kind: 'NotFound' });
    await expect(fetch({ subdirectory: 'Dockerfile' })).rejects.toThrow(/not a directory/);
    await released();
  });

  it('are held to a checksum', async () => {
    expect(contentOf(await fetch({ ref: 'other', checksum: first }))).toBe('one');
    expect(contentOf(await fetch({ ref: 'other', checksum: first.slice(0, 12) }))).toBe('one');
    await expect(fetch({ checksum: first })).rejects.toMatchObject({ kind: 'InvalidArgument', message: `expected checksum to match ${first}, got ${second}` });
  });

  it.each<[what: string, options: () => Partial<Git>, message: RegExp]>([
    ['a reference that is not there', () => ({ ref: 'none' }), /does not contain ref none$/],
    ['a commit that is not there', () => ({ ref: 'f'.repeat(40) }), /does not contain ref f{40}$/],
    ['a repository that is not there', () => ({ url: `${origin}/none.git` }), /failed to fetch/],
    ['an option as reference', () => ({ ref: '--upload-pack=touch /tmp/slipway-owned' }), /invalid git reference/],
    ['an option as repository', () => ({ url: '--upload-pack=touch /tmp/slipway-owned' }), /invalid repository/],
    ['a program as repository', () => ({ url: 'ext::sh -c touch% /tmp/slipway-owned' }), /transport 'ext' not allowed/],
    ['a repository of this machine', () => ({ url: `file://${scratch}/served/one.git` }), /transport 'file' not allowed/],
  ])('refuse %s', async (_what, options, message) => {
    await expect(fetch(options())).rejects.toThrow(message);
    expect(existsSync('/tmp/slipway-owned')).toBe(false);
    await released();
  });

  it('are refused when they take more of the disk than they may, as ADD and as a context', async () => {
    const large = join(scratch, 'served', 'large.git');
    mkdirSync(large);
    git(large, 'init', '--quiet');
    // Packed they are small.
    writeFileSync(join(large, 'zeros'), Buffer.alloc(2 * 1024 * 1024));
    git(large, 'add', '.');
    git(large, 'commit', '--quiet', '-m', 'large');
    const url = `${origin}/large.git`;
    const refused = { kind: 'TooLarge', message: `repository ${url}: more than ${1024 * 1024} bytes` };
    await expect(fetch({ url })).rejects.toMatchObject(refused);
    await expect(rig.contexts.receive({ kind: 'remote', url }, { signal: new AbortController().signal })).rejects.toMatchObject(refused);
    await released();
  });

  it('are contexts of builds as well', async () => {
    await using context = await rig.contexts.receive({ kind: 'remote', url: `${origin}/one.git#other:dir` }, { signal: new AbortController().signal });
    expect(readdirSync(context.tree.path)).toEqual(['sub']);
  });

  it('end with everything they started when the build is stopped', async () => {
    await using silent = await serveBytes();
    const controller = new AbortController();
    const fetched = fetch({ url: `git://127.0.0.1:${silent.port}/x.git` }, controller.signal);
    await silent.connected;
    controller.abort(new Error('enough'));
    await expect(fetched).rejects.toThrow('enough');
    await silent.closed;
    await released();
  });
});

describe.skipIf(!canRun)('downloads', () => {
  const fetch = (url: string, options: Partial<Http> = {}, signal?: AbortSignal): Promise<Directory> =>
    rig.fetches.http({ kind: 'http', url, fileName: 'f', ...options }, rig.context([], signal === undefined ? {} : { signal }));
  const hash = (algorithm: string, text: string): string => `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`;

  it('are one file, closed to others, with the time that the server says', async () => {
    const modified = new Date(1_500_000_000_000);
    await using server = await serveHttp((_request, response) => response.writeHead(200, { 'last-modified': modified.toUTCString() }).end('text'));
    const { path } = await fetch(`${server.origin}/x`);
    const { mode, mtimeMs, uid } = lstatSync(join(path, 'f'));
    expect([readdirSync(path), readFileSync(join(path, 'f'), 'utf8'), mode & 0o7777, mtimeMs, uid]).toEqual([['f'], 'text', 0o600, modified.getTime(), 0]);
    await released();
  });

  it('have the time of the epoch when the server says none, and a name of their own when none is given', async () => {
    await using server = await serveHttp((_request, response) =>
      response.writeHead(200, { 'content-disposition': 'attachment; filename="n.txt"' }).end('text'),
    );
    const { path } = await fetch(`${server.origin}/x`, { fileName: '' });
    expect([readdirSync(path), lstatSync(join(path, 'n.txt')).mtimeMs]).toEqual([['n.txt'], 0]);
  });

  it('are taken from what is kept where the server says that nothing has changed, with their name and time, and are held to their checksum', async () => {
    const headers = { etag: 'W/"1"', 'last-modified': new Date(1_500_000_000_000).toUTCString(), 'content-disposition': 'attachment; filename="n.txt"' };
    const answered: number[] = [];
    await using server = await serveHttp((request, response) => {
      const isSame = request.headers['if-none-match'] === headers.etag;
      answered.push(isSame ? 304 : 200);
      if (isSame) response.writeHead(304).end();
      else response.writeHead(200, headers).end('text');
    });
    const trees = [await fetch(`${server.origin}/x`, { fileName: '' }), await fetch(`${server.origin}/x`, { fileName: '' })];
    for (const { path } of trees) {
      expect([readFileSync(join(path, 'n.txt'), 'utf8'), lstatSync(join(path, 'n.txt')).mtimeMs]).toEqual(['text', 1_500_000_000_000]);
    }
    expect([trees[0]?.digest === trees[1]?.digest, answered]).toEqual([true, [200, 304]]);
    const wrong = fetch(`${server.origin}/x`, { checksum: hash('sha512', 'other') });
    await expect(wrong).rejects.toThrow('digest mismatch');
    await released();
  });

  it('follow redirects, and inflate nothing', async () => {
    const packed = gzipSync('text');
    await using server = await serveHttp((request, response) =>
      request.url === '/x' ? response.writeHead(302, { location: '/y' }).end() : response.writeHead(200, { 'content-type': 'application/gzip' }).end(packed),
    );
    const { path } = await fetch(`${server.origin}/x`);
    expect(readFileSync(join(path, 'f')).equals(packed)).toBe(true);
  });

  it.each(['sha256', 'sha384', 'sha512'])('are held to a checksum by %s', async (algorithm) => {
    await using server = await serveHttp((_request, response) => response.end('text'));
    await fetch(`${server.origin}/x`, { checksum: hash(algorithm, 'text') });
    await expect(fetch(`${server.origin}/x`, { checksum: hash(algorithm, 'other') })).rejects.toMatchObject({
      kind: 'InvalidArgument',
      message: `digest mismatch ${hash(algorithm, 'text')}: ${hash(algorithm, 'other')}`,
    });
    await released();
  });

  it.each<[what: string, listener: RequestListener, kind: string]>([
    ['are not there', (_request, response) => response.writeHead(404).end(), 'NotFound'],
    ['are refused', (_request, response) => response.writeHead(403).end(), 'Unavailable'],
    ['break off', (_request, response) => response.writeHead(200, { 'content-length': '9999' }).write('x', () => response.destroy()), 'Unavailable'],
    ['are too large', (_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1)), 'TooLarge'],
  ])('fail when they %s', async (_what, listener, kind) => {
    await using server = await serveHttp(listener);
    await expect(fetch(`${server.origin}/x`)).rejects.toMatchObject({ kind });
    await released();
  });

  it('fail for an address or a checksum that is none', async () => {
    await expect(fetch('file:///etc/passwd')).rejects.toMatchObject({ kind: 'InvalidArgument' });
    await expect(fetch('http://127.0.0.1:1/', { checksum: 'md5:00' })).rejects.toMatchObject({ kind: 'InvalidArgument' });
    await released();
  });

  it('come with the login of their server, by ADD and as a context, which no other server is told', async () => {
    const elsewhere: (string | undefined)[] = [];
    await using other = await serveHttp((request, response) => {
      elsewhere.push(request.headers.authorization);
      response.end('FROM scratch');
    });
    await using server = await serveHttp((request, response) => {
      if (request.headers.authorization !== 'Bearer hush') response.writeHead(401).end();
      else if (request.url === '/moved') response.writeHead(302, { location: other.origin }).end();
      else response.end('FROM scratch');
    });
    const id = `HTTP_AUTH_TOKEN_${new URL(server.origin).host}`;
    const secrets = { secret: (asked: string) => (asked === id ? Buffer.from('hush') : undefined), ssh: () => undefined };
    for (const path of ['x', 'moved']) {
      const tree = await rig.fetches.http({ kind: 'http', url: `${server.origin}/${path}`, fileName: 'f' }, rig.context([], { secrets }));
      expect(readFileSync(join(tree.path, 'f'), 'utf8')).toBe('FROM scratch');
      await using context = await rig.contexts.receive({ kind: 'remote', url: `${server.origin}/${path}` }, { signal: new AbortController().signal, secrets });
      expect(context.loneDockerfile).toBe('Dockerfile');
    }
    expect(elsewhere).toEqual([undefined, undefined]);
    await expect(fetch(`${server.origin}/x`)).rejects.toMatchObject({ message: expect.stringContaining('invalid response status 401') as string });
    await released();
  });

  it('stop with the build', async () => {
    const controller = new AbortController();
    await using server = await serveHttp((_request, response) => void response.writeHead(200).write('x', () => controller.abort(new Error('enough'))));
    await expect(fetch(`${server.origin}/x`, {}, controller.signal)).rejects.toThrow('enough');
    await released();
  });
});

/** Takes a connection and never says a word. */
async function serveBytes(): Promise<AsyncDisposable & { readonly port: number; readonly connected: Promise<void>; readonly closed: Promise<void> }> {
  const connected = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const server = createPlain((socket) => {
    connected.resolve();
    socket.resume().on('error', () => undefined);
    socket.on('close', () => closed.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connected: connected.promise,
    closed: closed.promise,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
