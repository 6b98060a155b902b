import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const canRun = process.getuid?.() === 0 && existsSync('/dev/fuse') && spawnSync('docker', ['--version']).status === 0;
if (!canRun) console.warn('skipped: needs root, /dev/fuse and the docker CLI');

const IMAGE = 'demo/busybox:1';
let engine: RealEngine;
/** A directory of the host with two device nodes. */
let host: string;

beforeAll(async () => {
  if (!canRun) return;
  engine = await RealEngine.start(IMAGE);
  host = join(engine.directory, 'devices');
  mkdirSync(join(host, 'deep'), { recursive: true });
  // The device of FUSE: whoever may open it at all may do so without privileges, and it is not among those every container has.
  for (const name of ['fuse', 'deep/fuse']) expect(spawnSync('mknod', [join(host, name), 'c', '10', '229']).status).toBe(0);
});
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
});

const run = (options: readonly string[], script: string): Promise<CommandResult> =>
  engine.docker(['run', '--rm', '--network', 'none', ...options, IMAGE, 'sh', '-c', `${script}\n`]);
/** Opens without reading or writing anything; what busybox says of a refusal ends in the errno's text. */
const opens = (path: string, mode: 'r' | 'w'): string => `(: ${mode === 'r' ? '<' : '>>'} ${path}) 2>&1 | sed 's/.*: //'; echo done`;
const containers = async (): Promise<string> => (await engine.docker(['ps', '-aq'])).out + readdirSync(join(engine.root, 'containers')).join();

describe.skipIf(!canRun)('devices by the docker CLI', () => {
  it('Devices make a node with the host’s numbers and let it be used', async () => {
    const { out } = await run(['--device', `${host}/fuse:/dev/myfuse`], `stat -c '%F %t:%T %a' /dev/myfuse; ${opens('/dev/myfuse', 'r')}`);
    expect(out).toMatch(/^character special file a:e5 6\d\d\ndone\n$/);
  });

  it('Devices keep their path when none is given', async () => {
    expect((await run(['--device', '/dev/fuse'], opens('/dev/fuse', 'r'))).out).toBe('done\n');
  });

  it('Devices can be restricted to reading', async () => {
    const { out } = await run(['--device', `${host}/fuse:/dev/myfuse:r`], `${opens('/dev/myfuse', 'r')}; ${opens('/dev/myfuse', 'w')}`);
    expect(out).toBe('done\nOperation not permitted\ndone\n');
  });

  it('Devices that were not given cannot be opened, whoever makes the node', async () => {
    const { out } = await run(
      ['--cap-add', 'MKNOD'],
      `mknod /tmp/fuse c 10 229; ${opens('/tmp/fuse', 'r')}; mknod /tmp/null c 1 3; ${opens('/tmp/null', 'w')}`,
    );
    expect(out).toBe('Operation not permitted\ndone\ndone\n');
  });

  it('Devices of a directory are all there', async () => {
    const { out } = await run(['--device', `${host}:/dev/many`], `find /dev/many -type c | sort; ${opens('/dev/many/deep/fuse', 'r')}`);
    expect(out).toBe('/dev/many/deep/fuse\n/dev/many/fuse\ndone\n');
  });

  it('Devices that do not exist are refused in Docker’s words', async () => {
    expect(await run(['--device', '/dev/not-here'], 'true')).toMatchObject({
      code: 127, // the CLI's own reading of these words
      err: expect.stringContaining('error gathering device information while adding custom device "/dev/not-here": no such file or directory') as string,
    });
    expect(await run(['--device', '/etc/passwd'], 'true')).toMatchObject({ code: 125, err: expect.stringContaining('not a device node') as string });
  });

  it('DeviceCgroupRules allow more than what was given', async () => {
    const script = `mknod /tmp/fuse c 10 229; ${opens('/tmp/fuse', 'r')}; ${opens('/tmp/fuse', 'w')}`;
    expect((await run(['--device-cgroup-rule', 'c 10:229 r'], script)).out).toBe('done\nOperation not permitted\ndone\n');
    expect((await run(['--device-cgroup-rule', 'a 10:* rwm'], script)).out).toBe('done\ndone\n');
  });

  it('Privileged has every device of the host', async () => {
    const { out } = await run(['--privileged'], `ls /dev/fuse; ${opens('/dev/fuse', 'r')}; ls -d /dev/shm /dev/pts`);
    expect(out).toBe('/dev/fuse\ndone\n/dev/pts\n/dev/shm\n');
  });

  it('Privileged with Devices adds them under other names', async () => {
    expect((await run(['--privileged', '--device', '/dev/fuse:/dev/myfuse:r'], opens('/dev/myfuse', 'w'))).out).toBe('done\n');
  });

  it('DeviceRequests are refused in Docker’s words', async () => {
    const before = await containers();
    expect(await run(['--gpus', 'all'], 'true')).toMatchObject({
      code: 125,
      err: expect.stringContaining('could not select device driver "" with capabilities: [[gpu]]') as string,
    });
    expect(await containers()).toBe(before);
  });

  it.each([
    ['Devices', { Devices: [{ PathOnHost: '/dev/null', CgroupPermissions: 'rq' }] }, 'Devices: invalid device mode: rq'],
    ['Devices', { Devices: [{ PathOnHost: 'null' }] }, 'Devices: null is not an absolute path'],
    ['Devices', { Devices: [{}] }, 'HostConfig.Devices.0.PathOnHost'],
    ['Devices', { Devices: '/dev/null' }, 'HostConfig.Devices'],
    ['DeviceCgroupRules', { DeviceCgroupRules: ['c 1 r'] }, "invalid device cgroup rule format: 'c 1 r'"],
    ['DeviceCgroupRules', { DeviceCgroupRules: 'c 1:1 r' }, 'HostConfig.DeviceCgroupRules'],
    ['DeviceRequests', { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['x/y=z'] }] }, 'could not select device driver "cdi"'],
    ['DeviceRequests', { DeviceRequests: [{ Count: 'all' }] }, 'HostConfig.DeviceRequests.0.Count'],
  ])('%s %j is refused and nothing is made', async (_field, HostConfig, text) => {
    const before = await containers();
    const { status, json } = await engine.call('POST', '/containers/create', { Image: IMAGE, Cmd: ['true'], HostConfig });
    expect([status, json]).toEqual([400, { message: expect.stringContaining(text) as string }]);
    expect(await containers()).toBe(before);
  });
});
