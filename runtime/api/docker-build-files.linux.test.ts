import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { tarOf } from '../testkit/image-archives.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
type Files = Readonly<Record<string, string | Buffer>>;

let engine: RealEngine;
let builds = 0;

beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

async function build(lines: readonly string[], files: Files, args: readonly string[] = []): Promise<CommandResult & { readonly image: string }> {
  const directory = mkdtempSync(join(engine.directory, 'context-'));
  const image = `files:${++builds}`;
  try {
    const dockerfile = ['FROM base', ...lines].join('\n').replaceAll('FROM base', `FROM ${IMAGE}`);
    for (const [name, content] of Object.entries({ Dockerfile: dockerfile, ...files })) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    const result = await engine.docker(['build', '--network', 'none', '-t', image, ...args, directory], undefined, { DOCKER_BUILDKIT: '0' });
    return { ...result, image };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What is below /x: path, octal mode, owner and content of each. */
async function filesOf(image: string): Promise<string[]> {
  const script = 'cd /x && find . -mindepth 1 | sort | while read f; do echo "$f $(stat -c "%a %u:%g" "$f") $([ -f "$f" ] && cat "$f")"; done';
  return (await engine.dockerOutput('run', '--rm', '--network', 'none', image, 'sh', '-c', script))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe.skipIf(!canRunDocker)('files of docker build', () => {
  it.each<[what: string, lines: string[], files: Files, after: string[]]>([
    ['COPY of a file to a directory', ['COPY a /x/'], { a: '1' }, ['./a 644 0:0 1']],
    ['COPY of what a directory has', ['COPY d /x'], { 'd/a': '1', 'd/e/b': '2' }, ['./a 644 0:0 1', './e 755 0:0', './e/b 644 0:0 2']],
    ['COPY below WORKDIR', ['WORKDIR /x/y', 'COPY a ./', 'COPY a b'], { a: '1' }, ['./y 755 0:0', './y/a 644 0:0 1', './y/b 644 0:0 1']],
    ['COPY by a pattern', ['COPY *.c /x/'], { 'a.c': '1', 'b.c': '2', 'c.h': '3' }, ['./a.c 644 0:0 1', './b.c 644 0:0 2']],
    ['COPY --chown and --chmod', ['COPY --chown=3:4 --chmod=700 a /x/a'], { a: '1' }, ['./a 700 3:4 1']],
    ['COPY --chmod by letters', ['COPY --chmod=u=rwX,go=rX d /x'], { 'd/e/a': '1' }, ['./e 755 0:0', './e/a 644 0:0 1']],
    ['COPY --exclude', ['COPY --exclude=*.md d /x'], { 'd/a': '1', 'd/b.md': '2' }, ['./a 644 0:0 1']],
    ['COPY --parents', ['COPY --parents d/e/a /x/'], { 'd/e/a': '1' }, ['./d 755 0:0', './d/e 755 0:0', './d/e/a 644 0:0 1']],
    ['COPY --link', ['RUN mkdir /x', 'COPY --link a /x/a'], { a: '1' }, ['./a 644 0:0 1']],
    ['COPY of here-documents', ['COPY <<one <<two /x/', '1', 'one', '2', 'two'], {}, ['./one 644 0:0 1', './two 644 0:0 2']],
    ['COPY --from a stage, with its owners', ['RUN mkdir /o && echo 1 > /o/a && chown 7:8 /o/a', 'FROM base', 'COPY --from=0 /o /x'], {}, ['./a 644 7:8 1']],
    ['COPY --from a named stage', ['RUN echo 1 > /a', 'FROM base AS other', 'RUN echo 2 > /a', 'FROM base', 'COPY --from=other /a /x/'], {}, ['./a 644 0:0 2']],
    ['COPY over a file of the base', ['RUN mkdir /x && echo old > /x/a', 'COPY a /x/a'], { a: '1' }, ['./a 644 0:0 1']],
    ['COPY without what .dockerignore names', ['COPY . /x'], { a: '1', b: '2', '.dockerignore': 'b\nDockerfile\n.dockerignore' }, ['./a 644 0:0 1']],
    ['ADD of a file', ['ADD a /x/'], { a: '1' }, ['./a 644 0:0 1']],
  ])('%s', async (_what, lines, files, after) => {
    const { code, err, image } = await build(lines, files);
    expect([code, code === 0 ? '' : err]).toEqual([0, '']);
    expect(await filesOf(image)).toEqual(after);
  });

  it('ADD unpacks archives, and fetches files with the rights of their owner alone', async () => {
    const archive = gzipSync(await tarOf([{ header: { name: 'd/f', mode: 0o600, uid: 5, gid: 6 }, data: '1' }]));
    const server = createServer((_request, response) => response.end('fetched'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { code, err, image } = await build(['ADD a.tgz /x/', `ADD http://127.0.0.1:${(server.address() as AddressInfo).port}/g /x/`], { 'a.tgz': archive });
      expect([code, code === 0 ? '' : err]).toEqual([0, '']);
      expect(await filesOf(image)).toEqual(['./d 755 0:0', './d/f 600 5:6 1', './g 600 0:0 fetched']);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each<[what: string, lines: string[], files: Files, message: RegExp]>([
    ['what is not in the context', ['COPY none /x/'], {}, /failed to calculate checksum of ref \S+ "\/none": not found/],
    ['what is beyond the context', ['COPY ../../etc/hostname /x/'], {}, /"\/etc\/hostname": not found/],
    ['what .dockerignore names', ['COPY a /x/'], { a: '1', '.dockerignore': 'a' }, /"\/a": not found/],
    ['a directory over a file', ['RUN echo > /x', 'COPY d /x'], { 'd/a': '1' }, /cannot copy to non-directory: \/x/],
    ['several files by one name', ['COPY a b /x'], { a: '1', b: '2' }, /more than one source file, the destination must be a directory/],
  ])('refuses %s', async (_what, lines, files, message) => {
    const { code, err } = await build(lines, files);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  it('a user that the base has not is root, and the step says so', async () => {
    const { code, out, image } = await build(['COPY --chown=nobody-here a /x/'], { a: '1' });
    expect([code, out]).toEqual([0, expect.stringContaining('warning: the image knows no user "nobody-here"')]);
    expect(await filesOf(image)).toEqual(['./a 644 0:0 1']);
  });

  it('does a step again for another content alone, not for another time or a file beside', async () => {
    const lines = ['COPY a /x/a', 'RUN cat /x/a'];
    const cached = async (files: Files): Promise<number> => ((await build(lines, files)).out.match(/Using cache/g) ?? []).length;
    expect(await cached({ a: 'once' })).toBe(0);
    expect(await cached({ a: 'once', beside: 'new' })).toBe(2);
    expect(await cached({ a: 'other' })).toBe(0);
  });
});
