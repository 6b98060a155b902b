import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn as spawnPty } from 'node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxEntries, makeBusyboxArchive, ociArchiveEntries, tarOf } from '../testkit/image-archives.ts';
import { writeEntries } from '../testkit/image-layout.ts';
import { eventually } from '../testkit/raw-client.ts';
import { type CommandResult, RealEngine, runCommand } from '../testkit/real-engine.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

const MAIN = join(import.meta.dirname, 'main.ts');

let engine: RealEngine;
beforeAll(async () => {
  if (!canRun) return;
  engine = await RealEngine.start();
  await makeBusyboxArchive(join(engine.directory, 'busybox.tar'), 'busybox:latest');
});
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
});

const cli = (args: readonly string[], input?: string): Promise<CommandResult> =>
  runCommand(process.execPath, [MAIN, '-H', `unix://${engine.socket}`, ...args], {
    // Each command is a process: that none compiles what another has is most of the time it takes.
    env: { ...process.env, NODE_COMPILE_CACHE: join(engine.directory, 'compiled') },
    ...(input === undefined ? {} : { input }),
  });

describe.skipIf(!canRun)('slipway on the engine', () => {
  it('loads an image', async () => {
    expect(await cli(['load', '-q', '-i', join(engine.directory, 'busybox.tar')])).toEqual({ code: 0, out: 'Loaded image: busybox:latest\n', err: '' });
  });

  it.each([
    [
      ['run', '--rm', '--network', 'none', '-e', 'A=b', '-w', '/tmp', '-u', '1000', 'busybox', 'sh', '-c', 'echo $A; pwd; id -u'],
      '',
      { code: 0, out: 'b\n/tmp\n1000\n', err: '' },
    ],
    [['run', '--rm', '--network', 'none', '-i', 'busybox', 'cat'], 'through', { code: 0, out: 'through', err: '' }],
    [['run', '--rm', '--network', 'none', 'busybox', 'sh', '-c', 'echo err >&2; exit 9'], '', { code: 9, out: '', err: 'err\n' }],
    [
      ['run', '--rm', '--network', 'none', 'busybox', 'no-such-command'],
      '',
      { code: 127, out: '', err: expect.stringContaining('executable file not found') as string },
    ],
    [['run', '--rm', '--network', 'none', 'busybox', '/etc/passwd'], '', { code: 126, out: '', err: expect.stringContaining('permission denied') as string }],
    [['run', '--rm', '--network', 'nowhere', 'busybox'], '', { code: 125, out: '', err: 'slipway: network nowhere not found\n' }],
    [['ps', '-aq'], '', { code: 0, out: '', err: '' }],
  ])('%j', async (args, input, result) => expect(await cli(args, input)).toEqual(result));

  it('runs, enters, measures, stops and removes a container', async () => {
    expect((await cli(['run', '-d', '--name', 'box', '--network', 'none', '-m', '32m', 'busybox', 'sh', '-c', 'echo up; exec sleep 1000'])).code).toBe(0);
    expect((await cli(['logs', 'box'])).out).toBe('up\n');
    expect(await cli(['exec', 'box', 'sh', '-c', 'exit 5'])).toMatchObject({ code: 5 });
    expect((await cli(['stats', '--no-stream', 'box'])).out).toMatch(/ box +\d+\.\d\d% +\S+ \/ 32MiB /);
    expect(JSON.parse((await cli(['inspect', '--format', 'json', 'box'])).out)).toMatchObject({ Name: '/box', State: { Running: true } });
    expect((await cli(['kill', 'box'])).code).toBe(0);
    expect((await cli(['rm', 'box'])).out).toBe('box\n');
  });

  it('builds an image from a directory, without what .dockerignore leaves out', async () => {
    const directory = join(engine.directory, 'context');
    mkdirSync(join(directory, 'sub'), { recursive: true });
    for (const [name, content] of [
      ['Dockerfile', 'FROM busybox\nARG A\nCOPY . /c\nRUN echo $A > /a; exit ${FAIL:-0}\n'],
      ['.dockerignore', '*\n!sub/kept\n'],
      ['sub/kept', 'kept'],
      ['sub/left', 'left'],
    ] as const)
      writeFileSync(join(directory, name), content);
    symlinkSync('kept', join(directory, 'sub', 'link'));
    const { code, out, err } = await cli(['build', '-t', 'made:1', '--network', 'none', '--build-arg', 'A=given', directory]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/Step 4\/4 : RUN [^]*Successfully tagged made:1\n$/);
    const script = 'cat /a; find /c -type f -o -type l';
    expect((await cli(['run', '--rm', '--network', 'none', 'made:1', 'sh', '-c', script])).out).toBe('given\n/c/sub/kept\n');
    expect((await cli(['build', '-q', '-t', 'made:1', '--network', 'none', '--build-arg', 'A=given', directory])).out).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    writeFileSync(join(directory, 'Dockerfile'), 'FROM busybox\nRUN exit 7\n');
    expect(await cli(['build', '--network', 'none', directory])).toMatchObject({
      code: 7,
      err: "slipway: The command '/bin/sh -c exit 7' returned a non-zero code: 7\n",
    });
    expect((await cli(['build', join(directory, 'Dockerfile')])).err).toContain('not a directory');
  });

  it('builds from further directories by name, without what their .dockerignore leaves out', async () => {
    const [directory, more] = ['named', 'more'].map((name) => join(engine.directory, name)) as [string, string];
    for (const path of [directory, more]) mkdirSync(path);
    writeFileSync(join(directory, 'Dockerfile'), 'FROM nowhere AS files\nRUN never\nFROM busybox\nCOPY --from=files . /c/\n');
    for (const name of ['kept', 'left', 'Dockerfile']) writeFileSync(join(more, name), name);
    writeFileSync(join(more, '.dockerignore'), 'left\nDockerfile\n.dockerignore\n');
    const args = ['build', '-q', '-t', 'named:1', '--network', 'none'];
    expect(await cli([...args, '--build-context', `files=${more}`, directory])).toMatchObject({ code: 0, err: '' });
    expect((await cli(['run', '--rm', '--network', 'none', 'named:1', 'ls', '-A', '/c'])).out).toBe('kept\n');
    expect((await cli([...args, '--build-context', 'files=docker-image://busybox', directory])).code).toBe(0);
    expect((await cli(['run', '--rm', '--network', 'none', 'named:1', 'ls', '/c/bin/busybox'])).out).toBe('/c/bin/busybox\n');
    expect((await cli([...args, '--build-context', 'files=/nowhere', directory])).err).toContain('--build-context: /nowhere: not a directory');
    expect((await cli([...args, '--build-context', 'files', directory])).err).toContain('is not NAME=PLACE');
  });

  it('builds on an image that lies in a layout here, which is no image of the engine', async () => {
    const [directory, layout] = ['on-layout', 'layout'].map((name) => join(engine.directory, name)) as [string, string];
    mkdirSync(directory);
    writeFileSync(join(directory, 'Dockerfile'), 'FROM base\nRUN cat /mark > /seen\nFROM busybox\nCOPY --from=0 /seen /\nCOPY --from=base /mark /\n');
    const base = await tarOf([...busyboxEntries(), { header: { name: 'mark' }, data: 'of the layout' }]);
    writeEntries(layout, ociArchiveEntries([base], 'v1'));
    const before = (await cli(['images', '--format', 'json'])).out;
    const args = ['build', '-t', 'on-layout:1', '--network', 'none', '--build-context'];
    expect(await cli([...args, `base=oci-layout://${layout}:v1`, directory])).toMatchObject({ code: 0, err: '' });
    expect((await cli(['run', '--rm', '--network', 'none', 'on-layout:1', 'cat', '/seen', '/mark'])).out).toBe('of the layout'.repeat(2));
    expect((await cli([...args, `base=oci-layout://${layout}`, directory])).out.match(/Using cache/g)).toHaveLength(3);
    expect((await cli([...args, `base=oci-layout://${layout}:v2`, directory])).err).toContain('--build-context: the layout has no image "v2": its tags are v1');
    await cli(['rmi', 'on-layout:1']);
    expect((await cli(['images', '--format', 'json'])).out).toBe(before);
  });

  it('gives a shell a terminal whose size follows', async () => {
    const args = [MAIN, '-H', `unix://${engine.socket}`, 'run', '-it', '--rm', '--network', 'none', 'busybox', 'sh'];
    const terminal = spawnPty(process.execPath, args, { cols: 91, rows: 27 });
    let seen = '';
    terminal.onData((data) => {
      seen += data;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await eventually(() => seen.includes('# '), 'the prompt');
    terminal.write('stty size\r');
    await eventually(() => seen.includes('27 91'), 'the size');
    terminal.resize(100, 30);
    terminal.write('until stty size | grep 100; do sleep 0.05; done\r');
    await eventually(() => seen.includes('30 100'), 'the new size');
    terminal.write('exit 4\r');
    expect(await ended).toBe(4);
  });
});

describe.skipIf(!canRun)('slipway engine', () => {
  it('is the engine in the foreground', async () => {
    expect((await runCommand(process.execPath, [MAIN, 'engine', '--help'])).out).toContain('--registry-mirror URL');
    expect((await runCommand(process.execPath, [MAIN, 'engine', '--log-level', 'loud'])).err).toContain('--log-level');
  });
});
