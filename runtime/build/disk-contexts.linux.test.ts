import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isKind } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { removeTree } from '../store/layers/remove-tree.ts';
import { type BuildFilesRig, openBuildFilesRig } from '../testkit/build-files-rig.ts';
import { hostileTars } from '../testkit/hostile-tars.ts';
import { type TarEntry, tarOf } from '../testkit/image-archives.ts';
import { inPieces } from '../testkit/image-store.ts';
import { PACKINGS, packedBy } from '../testkit/pack-archive.ts';
import { serveHttp } from '../testkit/serve-http.ts';
import type { ContextSource } from './build-service.ts';
import type { ReceivedContext, ReceiveOptions } from './context.ts';
import { BuildWorkspace } from './workspace.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

let rig: BuildFilesRig;
let scratch: string;
const never = new AbortController().signal;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-contexts-'));
  if (canRun) rig = await openBuildFilesRig({ entries: 2000, bytes: 4 * 1024 * 1024 });
});
afterAll(async () => {
  removeTree(scratch);
  if (canRun) await rig[Symbol.asyncDispose]();
});

const tarOfFiles = (files: Readonly<Record<string, string>>): Promise<Buffer> =>
  tarOf(Object.entries(files).map(([name, data]): TarEntry => (name.endsWith('/') ? { header: { name, type: 'directory' } } : { header: { name }, data })));
const tarSource = (bytes: Buffer): ContextSource => ({ kind: 'tar', archive: inPieces(bytes) });
const receive = (source: ContextSource, options: Partial<ReceiveOptions> = {}): Promise<ReceivedContext> =>
  rig.contexts.receive(source, { signal: never, ...options });

function namesIn(root: string, below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? [`${path}/`, ...namesIn(root, path)] : [path];
    })
    .sort();
}

async function nothingIsLeft(): Promise<void> {
  await expect.poll(() => rig.leftovers(), { timeout: 30_000 }).toEqual([]);
}

describe.skipIf(!canRun)('contexts of builds', () => {
  it.each(PACKINGS)('are unpacked from a %s tar', async (_name, pack) => {
    await using context = await receive(tarSource(pack(await tarOfFiles({ Dockerfile: 'FROM scratch', 'd/e/f': 'content' }))));
    expect(namesIn(context.tree.path)).toEqual(['Dockerfile', 'd/', 'd/e/', 'd/e/f']);
    expect(readFileSync(join(context.tree.path, 'd/e/f'), 'utf8')).toBe('content');
  });

  it('keep owners, modes, times and links of the tar', async () => {
    const entries: TarEntry[] = [
      { header: { name: 'f', mode: 0o4711, uid: 12, gid: 34, mtime: new Date(1_500_000_000_000) }, data: 'x' },
      { header: { name: 'l', type: 'symlink', linkname: '/etc/passwd' } },
    ];
    await using context = await receive(tarSource(await tarOf(entries)));
    const { mode, uid, gid, mtimeMs } = lstatSync(join(context.tree.path, 'f'));
    expect([mode & 0o7777, uid, gid, mtimeMs, readlinkSync(join(context.tree.path, 'l'))]).toEqual([0o4711, 12, 34, 1_500_000_000_000, '/etc/passwd']);
  });

  it('have one digest for the same files, and are gone when they are disposed of', async () => {
    const files = { a: '1', 'b/c': '2' };
    const digests: string[] = [];
    for (const each of [files, files, { ...files, a: '3' }]) {
      await using context = await receive(tarSource(await tarOfFiles(each)));
      digests.push(context.tree.digest);
    }
    expect([digests[0] === digests[1], digests[0] === digests[2]]).toEqual([true, false]);
    await nothingIsLeft();
  });

  it.each<[what: string, files: Readonly<Record<string, string>>, dockerfile: string | undefined, left: string[]]>([
    ['nothing', { a: '', '.dockerignore': '' }, undefined, ['.dockerignore', 'a']],
    ['files by a pattern', { 'a.md': '', b: '', 'd/c.md': '', '.dockerignore': '*.md' }, undefined, ['.dockerignore', 'b', 'd/', 'd/c.md']],
    ['files anywhere', { 'a.md': '', 'd/e/c.md': '', 'd/f': '', '.dockerignore': '**/*.md' }, undefined, ['.dockerignore', 'd/', 'd/e/', 'd/f']],
    ['a directory', { 'n/a': '', b: '', '.dockerignore': 'n' }, undefined, ['.dockerignore', 'b']],
    ['all but one', { 'n/a': '', 'n/b': '', c: '', '.dockerignore': '*\n!n/a' }, undefined, ['n/', 'n/a']],
    [
      'by the file of its own Dockerfile',
      { a: '', b: '', 'x.Dockerfile': '', '.dockerignore': 'a', 'x.Dockerfile.dockerignore': 'b' },
      'x.Dockerfile',
      ['.dockerignore', 'a', 'x.Dockerfile', 'x.Dockerfile.dockerignore'],
    ],
    [
      'by the file of a Dockerfile in a directory',
      { a: '', 'd/Dockerfile': '', 'd/Dockerfile.dockerignore': 'a' },
      'd/Dockerfile',
      ['d/', 'd/Dockerfile', 'd/Dockerfile.dockerignore'],
    ],
  ])('lose what .dockerignore names: %s', async (_what, files, dockerfile, left) => {
    await using context = await receive(tarSource(await tarOfFiles(files)), dockerfile === undefined ? {} : { dockerfile });
    expect(namesIn(context.tree.path)).toEqual(left);
  });

  it('give a Dockerfile to read though it is ignored', async () => {
    await using context = await receive(tarSource(await tarOfFiles({ Dockerfile: 'FROM x', '.dockerignore': 'Dockerfile\n.dockerignore', a: '' })));
    expect([namesIn(context.tree.path), (await rig.contexts.read(context.tree, './Dockerfile', 100))?.toString()]).toEqual([['a'], 'FROM x']);
  });

  it('give files to read beneath their root alone', async () => {
    const entries: TarEntry[] = [
      { header: { name: 'd/f' }, data: 'text' },
      { header: { name: 'in', type: 'symlink', linkname: 'd/f' } },
      { header: { name: 'out', type: 'symlink', linkname: '/etc/hostname' } },
      { header: { name: 'p', type: 'fifo' } },
    ];
    await using context = await receive(tarSource(await tarOf(entries)));
    const read = async (path: string, limit = 100): Promise<string | undefined> => (await rig.contexts.read(context.tree, path, limit))?.toString();
    expect([await read('in'), await read('/d/../d/f'), await read('out'), await read('d'), await read('p'), await read('none')]).toEqual([
      'text',
      'text',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await expect(read('d/f', 3)).rejects.toMatchObject({ kind: 'TooLarge' });
  });

  it('do no harm, whatever they hold', async () => {
    const outside = join(scratch, 'outside');
    for (const { name, bytes } of hostileTars(outside)) {
      mkdirSync(join(outside, 'inner'), { recursive: true });
      writeFileSync(join(outside, 'secret'), 'secret');
      const end = await receive(tarSource(await bytes())).then(
        (context) => context[Symbol.asyncDispose]().then(() => 'received'),
        (error: unknown) => (isKind(error, 'InvalidArgument', 'TooLarge') ? 'refused' : error),
      );
      expect(['received', 'refused'], name).toContain(end);
      expect([readFileSync(join(outside, 'secret'), 'utf8'), namesIn(outside)], name).toEqual(['secret', ['inner/', 'secret']]);
    }
    await nothingIsLeft();
  });

  it.each<[what: string, bytes: () => Promise<Buffer>, kind: string, message: RegExp]>([
    ['no tar', () => Promise.resolve(Buffer.alloc(2000, 'x')), 'InvalidArgument', /build context: invalid tar/],
    ['a tar that ends early', async () => (await tarOfFiles({ a: 'x'.repeat(5000) })).subarray(0, 3000), 'InvalidArgument', /unexpected end/],
    ['broken gzip', () => Promise.resolve(Buffer.concat([gzipSync('x').subarray(0, 12), Buffer.alloc(100)])), 'InvalidArgument', /invalid gzip data/],
    [
      'broken xz',
      () => Promise.resolve(Buffer.concat([packedBy('xz', Buffer.alloc(5000)).subarray(0, 40), Buffer.alloc(100, 7)])),
      'InvalidArgument',
      /invalid xz data/,
    ],
    [
      'too many entries',
      () => tarOfFiles(Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`f${index}`, '']))),
      'TooLarge',
      /more than 2000 entries/,
    ],
    ['too many bytes', () => tarOfFiles({ a: 'x'.repeat(3_000_000), b: 'x'.repeat(3_000_000) }), 'TooLarge', /larger than 4194304 bytes/],
    ['nothing at all', () => Promise.resolve(Buffer.alloc(0)), 'InvalidArgument', /unexpected end/],
  ])('are refused when they are %s', async (_what, bytes, kind, message) => {
    await expect(receive(tarSource(await bytes()))).rejects.toMatchObject({ kind, message: expect.stringMatching(message) as string });
    await nothingIsLeft();
  });

  it('are stopped with their client', async () => {
    const controller = new AbortController();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield (await tarOfFiles({ a: 'x'.repeat(100_000) })).subarray(0, 60_000);
      setImmediate(() => controller.abort(new Error('gone')));
      await new Promise(() => undefined);
    }
    await expect(receive({ kind: 'tar', archive: slow() }, { signal: controller.signal })).rejects.toThrow(/gone|stopped/);
    await nothingIsLeft();
  });

  it('are copied from a directory of the host, without what it ignores and with root as owner', async () => {
    const host = join(scratch, 'host');
    for (const [path, content] of Object.entries({ 'a/f': 'x', 'b.log': '', '.dockerignore': '*.log\nsecret' })) {
      mkdirSync(dirname(join(host, path)), { recursive: true });
      writeFileSync(join(host, path), content);
    }
    mkdirSync(join(host, 'secret'));
    chmodSync(join(host, 'secret'), 0);
    chownSync(join(host, 'a/f'), 1000, 1000);
    symlinkSync('/etc', join(host, 'link'));
    await using context = await receive({ kind: 'directory', path: host });
    expect(namesIn(context.tree.path)).toEqual(['.dockerignore', 'a/', 'a/f', 'link']);
    expect([lstatSync(join(context.tree.path, 'a/f')).uid, namesIn(host)]).toEqual([0, ['.dockerignore', 'a/', 'a/f', 'b.log', 'link', 'secret/']]);
    await expect(receive({ kind: 'directory', path: join(host, 'a/f') })).rejects.toMatchObject({ kind: 'InvalidArgument' });
  });

  describe('from an address', () => {
    it.each<[what: string, answer: () => Promise<Buffer>, left: string[], lone: string | undefined]>([
      ['a tar', () => tarOfFiles({ a: 'x', '.dockerignore': 'b', b: '' }), ['.dockerignore', 'a'], undefined],
      ['a packed tar', async () => gzipSync(await tarOfFiles({ a: 'x' })), ['a'], undefined],
      ['a lone Dockerfile', () => Promise.resolve(Buffer.from('FROM scratch\n')), ['Dockerfile'], 'Dockerfile'],
      ['a long Dockerfile', () => Promise.resolve(Buffer.from(`FROM scratch\n${'# x\n'.repeat(1000)}`)), ['Dockerfile'], 'Dockerfile'],
    ])('are %s', async (_what, answer, left, lone) => {
      const bytes = await answer();
      await using server = await serveHttp((_request, response) => response.end(bytes));
      await using context = await receive({ kind: 'remote', url: `${server.origin}/x` });
      expect([namesIn(context.tree.path), context.loneDockerfile]).toEqual([left, lone]);
    });

    it('are unpacked from what is kept where the server says that nothing has changed', async () => {
      const archive = gzipSync(await tarOfFiles({ a: 'x' }));
      const asked: (string | undefined)[] = [];
      await using server = await serveHttp((request, response) => {
        asked.push(request.headers['if-none-match']);
        if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
        else response.writeHead(200, { etag: '"1"' }).end(archive);
      });
      for (let times = 0; times < 2; times++) {
        await using context = await receive({ kind: 'remote', url: `${server.origin}/x.tgz` });
        expect(namesIn(context.tree.path)).toEqual(['a']);
      }
      expect(asked).toEqual([undefined, '"1"']);
      const [kept] = await rig.downloads.list();
      expect(kept?.size).toBe(archive.length);
      await nothingIsLeft();
    });

    it.each<[what: string, listener: RequestListener, kind: string]>([
      ['is not there', (_request, response) => response.writeHead(404).end(), 'NotFound'],
      ['fails', (_request, response) => response.writeHead(500).end(), 'Unavailable'],
      ['answers bytes of neither kind', (_request, response) => response.end(Buffer.alloc(100)), 'InvalidArgument'],
      ['breaks off', (_request, response) => response.writeHead(200, { 'content-length': '9999' }).write('FROM x', () => response.destroy()), 'Unavailable'],
      ['sends elsewhere for ever', (request, response) => response.writeHead(302, { location: `${request.url}x` }).end(), 'Unavailable'],
      ['sends to a file', (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(), 'Unavailable'],
    ])('are refused when it %s', async (_what, listener, kind) => {
      await using server = await serveHttp(listener);
      await expect(receive({ kind: 'remote', url: `${server.origin}/x` })).rejects.toMatchObject({ kind });
      await nothingIsLeft();
    });

    it('are refused for an address that is none', async () => {
      await expect(receive({ kind: 'remote', url: 'ftp://example.test/x' })).rejects.toMatchObject({ kind: 'InvalidArgument' });
    });
  });

  it('leave no file behind after an engine that was killed', async () => {
    const left = join(rig.directory, 'build', 'left');
    mkdirSync(left);
    writeFileSync(join(left, 'f'), '');
    const workspace = new BuildWorkspace(rig.directory, silentLogger);
    await workspace.idle();
    expect(existsSync(left)).toBe(false);
  });
});
