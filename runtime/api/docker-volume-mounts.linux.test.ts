import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { NetworkLab } from '../testkit/network-lab.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'mounts/busybox:1';
const PATIENCE = { timeout: 20_000, interval: 50 };

let lab: NetworkLab;
let engine: RealEngine;

// The engine mounts in a mount namespace of this test's own. Its file system is of memory, as every kernel has it: what is said of it holds for all kinds.
beforeAll(async () => {
  if (!canRunDocker) return;
  lab = NetworkLab.open();
  engine = await RealEngine.start();
  await engine.loadBusybox(IMAGE, {
    entries: [{ header: { name: 'content/', type: 'directory', mode: 0o750 } }, { header: { name: 'content/file' }, data: 'of the image' }],
  });
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args).then((out) => out.trim());
const create = (name: string): Promise<string> => docker('volume', 'create', '-o', 'type=ramfs', '-o', 'device=none', '-o', 'o=noatime,mode=711', name);
const start = (name: string, volume: string): Promise<string> => docker('run', '-d', '--name', name, '-v', `${volume}:/data`, IMAGE, 'sleep', '1000');
/** Names of the volumes that are mounted where the engine runs. */
const mounted = (): string[] =>
  readFileSync(`/proc/${engine.pid}/mountinfo`, 'utf8')
    .split('\n')
    .flatMap((line) => /\/volumes\/\.mounts\/(\S+) .* - ramfs /.exec(line)?.[1] ?? []);
const left = (): string[] => readdirSync(join(engine.root, 'volumes/.mounts'));

describe.skipIf(!canRunDocker)('a volume on a file system of its own', () => {
  it('is mounted once for all containers, from the first to the last', async () => {
    await create('shared');
    expect(mounted()).toEqual([]);
    await start('one', 'shared');
    await start('two', 'shared');
    await docker('exec', 'one', 'sh', '-c', 'echo both > /data/file');
    expect(await docker('exec', 'two', 'cat', '/data/file')).toBe('both');
    expect(await docker('exec', 'two', 'stat', '-c', '%a', '/data')).toBe('711');
    expect(mounted()).toEqual(['shared']);
    expect(await docker('volume', 'inspect', '-f', '{{.Mountpoint}} {{.Options.o}}', 'shared')).toBe(`${engine.root}/volumes/.mounts/shared noatime,mode=711`);
    expect((await engine.docker(['volume', 'rm', 'shared'])).err).toContain('volume is in use');
    await docker('rm', '-f', 'one');
    expect(await docker('exec', 'two', 'cat', '/data/file')).toBe('both');
    expect(mounted()).toEqual(['shared']);
    await docker('rm', '-f', 'two');
    await expect.poll(() => [mounted(), left()], PATIENCE).toEqual([[], []]);
    await docker('volume', 'rm', 'shared');
  });

  it('takes the content of the image, is mounted by subpath, and is copied from and browsed', async () => {
    await create('filled');
    // Keeps it mounted: what is in memory alone would be gone between the container's creation, when the content is copied, and its start.
    await start('holds', 'filled');
    await docker('run', '-d', '--name', 'fills', '-v', 'filled:/content', IMAGE, 'sleep', '1000');
    expect(await docker('exec', 'fills', 'sh', '-c', 'cat /content/file; stat -c %a /content; mkdir /content/deep; echo below > /content/deep/er')).toBe(
      'of the image750',
    );
    const mount = 'type=volume,src=filled,dst=/y,volume-subpath=deep';
    expect(await docker('run', '--rm', '--mount', mount, IMAGE, 'cat', '/y/er')).toBe('below');
    const listed = await engine.call('GET', '/slipway/v1/volumes/filled/files?path=/');
    expect([listed.status, listed.text]).toEqual([200, expect.stringContaining('deep')]);
    await docker('create', '--name', 'rests', '-v', 'filled:/z', IMAGE, 'true');
    await docker('cp', 'rests:/z/deep/er', join(engine.directory, 'copied'));
    expect(readFileSync(join(engine.directory, 'copied'), 'utf8')).toBe('below\n');
    await docker('rm', '-f', 'fills', 'rests', 'holds');
    await expect.poll(() => [mounted(), left()], PATIENCE).toEqual([[], []]);
    const away = await engine.call('GET', '/slipway/v1/volumes/filled/files?path=/');
    expect([away.status, away.text]).toEqual([409, expect.stringContaining('is mounted while a container with it runs')]);
    await docker('volume', 'rm', 'filled');
  });

  it('stays while the engine is killed, and goes when nobody has it any more', async () => {
    await create('lasting');
    await create('ended');
    await start('lasts', 'lasting');
    await start('ends', 'ended');
    await docker('exec', 'lasts', 'sh', '-c', 'echo kept > /data/file');
    const pid = Number(await docker('inspect', '-f', '{{.State.Pid}}', 'ends'));
    await engine.stop('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await engine.start();
    await expect.poll(() => [mounted(), left()], PATIENCE).toEqual([['lasting'], ['lasting']]);
    await start('joins', 'lasting');
    expect(await docker('exec', 'joins', 'cat', '/data/file')).toBe('kept');
    await engine.stop();
    await engine.start();
    expect(mounted()).toEqual(['lasting']);
    await docker('rm', '-f', 'lasts', 'joins', 'ends');
    await expect.poll(() => [mounted(), left()], PATIENCE).toEqual([[], []]);
    await docker('volume', 'rm', 'lasting', 'ended');
  });

  it.each([
    [
      ['type=nosuchfs', 'device=:/x', 'o=addr=192.0.2.1'],
      'flags: 0x0, data: addr=192.0.2.1: no such device (option "type": this kernel has no file system "nosuchfs")',
    ],
    [['type=nfs', 'device=:/x', 'o=addr=no.such.invalid'], 'option "o": the address of addr=no.such.invalid is not known'],
    [['type=cifs', 'device=//no.such.invalid/share'], 'option "device": the address of no.such.invalid is not known'],
    [['type=nosuchfs', 'device=//192.0.2.1/share', 'o=ro,username=u,password=secret'], 'flags: 0x1, data: username=u,password=********: no such device'],
  ])('%j is refused when a container starts, in words, and leaves nothing', async (options, text) => {
    await docker('volume', 'create', ...options.flatMap((option) => ['-o', option]), 'wrong');
    const refused = await engine.docker(['run', '--name', 'never', '-v', 'wrong:/data:nocopy', IMAGE, 'true']);
    expect([refused.code, refused.err]).toEqual([125, expect.stringContaining(text)]);
    expect(await docker('inspect', '-f', '{{.State.Status}}', 'never')).toBe('created');
    const copied = await engine.docker(['create', '--name', 'neither', '-v', 'wrong:/content', IMAGE, 'true']);
    expect([copied.code, copied.err, await docker('ps', '-aq', '--filter', 'name=neither')]).toEqual([1, expect.stringContaining(text), '']);
    // As in Docker, who may ask the engine is shown the options as they were given.
    expect(await docker('volume', 'inspect', '-f', '{{json .Options}}', 'wrong')).toContain(options.at(-1)?.split('=').at(-1));
    expect([mounted(), left()]).toEqual([[], []]);
    await docker('rm', 'never');
    await docker('volume', 'rm', 'wrong');
  });
});
