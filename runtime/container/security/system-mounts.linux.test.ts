import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession } from '../../testkit/container-session.ts';
import { MASKED_PATHS, READONLY_PATHS } from '../launch/hidden-paths.ts';

const PROC_SUPER_MAGIC = 0x9fa0;
const SYSFS_MAGIC = 0x62656572;

let session: ContainerSession;
let outside: string;
let images = 0;
beforeAll(async () => {
  session = await ContainerSession.open();
  outside = `${session.rig.directory}/outside`;
  mkdirSync(outside);
});
afterAll(() => session[Symbol.asyncDispose]());

/** An image in which `path` is a link to `target`, or a plain file. */
function imageWith(path: string, target: string | null): string {
  const name = `image${++images}`;
  session.rig.addImage(name, (root) => {
    rmdirSync(root + path);
    mkdirSync(`${root}/elsewhere`);
    if (target === null) writeFileSync(root + path, '');
    else symlinkSync(target, root + path);
  });
  return name;
}

describe('the system directories of an image', () => {
  it.each([
    ['/proc', '/elsewhere'],
    ['/proc', 'elsewhere'],
    ['/proc', '/nowhere'],
    ['/proc', '/proc'],
    ['/proc', null],
    ['/sys', '/elsewhere'],
    ['/sys', '/proc'],
    ['/sys', null],
    ['/dev', '/elsewhere'],
    ['/dev', 'OUTSIDE'],
    ['/dev', '/proc/self/fd'],
    ['/dev', null],
  ])('%s as %s keeps the container from starting (CVE-2019-19921, CVE-2021-30465)', async (path, target) => {
    // Docker Engine 20.10 puts a layer with real directories over such an image, and runs it.
    const image = imageWith(path, target === 'OUTSIDE' ? outside : target);
    await expect(session.run(['true'], { Image: image })).rejects.toThrow(path);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('are procfs and sysfs once it runs', async () => {
    const name = await session.start(['sleep', '100']);
    const root = `/proc/${session.pid(name)}/root`;
    expect([statfsSync(`${root}/proc`).type, statfsSync(`${root}/sys`).type]).toEqual([PROC_SUPER_MAGIC, SYSFS_MAGIC]);
    await session.remove(name);
  });

  it.each(['/proc', '/proc/', '/proc/sys', '/proc/self/attr', '/x/../proc', '/proc/sys/kernel'])('a mount over %s is refused', async (target) => {
    await expect(session.create(['true'], { HostConfig: { Binds: [`${outside}:${target}`] } })).rejects.toThrow('cannot be mounted because it is inside /proc');
    await expect(session.create(['true'], { HostConfig: { Tmpfs: { [target]: '' } } })).rejects.toThrow('cannot be mounted because it is inside /proc');
  });

  it.each(['/proc', '/proc/sys', '/proc/self', '/sys/../proc/irq'])('a mount that a link of the image leads to %s is refused', async (target) => {
    const name = `linked${target.replaceAll(/[^a-z]/g, '-')}`;
    session.rig.addImage(name, (root) => symlinkSync(target, `${root}/data`));
    await expect(session.run(['true'], { Image: name, HostConfig: { Binds: [`${outside}:/data`] } })).rejects.toThrow('/data');
    await expect(session.run(['true'], { Image: name, HostConfig: { Tmpfs: { '/data': '' } } })).rejects.toThrow('/data');
  });

  it('one file of /proc that others emulate may be covered', async () => {
    writeFileSync(`${outside}/cpuinfo`, 'emulated\n');
    expect(await session.sh('cat /proc/cpuinfo', { HostConfig: { Binds: [`${outside}/cpuinfo:/proc/cpuinfo:ro`] } })).toBe('emulated\n');
  });
});

describe('what a container must not see', () => {
  it('is empty, though the host has it, to root and with every way of reading', async () => {
    const script = MASKED_PATHS.map((path) => `[ -d ${path} ] && ls -A ${path} || cat ${path}; cat ${path}/* ${path}/../${path}`).join('; ');
    expect(await session.sh(`(${script}) 2>/dev/null`)).toBe('');
    const { output } = await session.run(['cat', '/proc/self/mountinfo']);
    const covered = output.split('\n').map((line) => line.split(' ')[4]);
    const there = MASKED_PATHS.filter((path) => existsSync(path));
    expect(there).toEqual(expect.arrayContaining(['/proc/keys', '/proc/timer_list']));
    expect(covered).toEqual(expect.arrayContaining(there));
    expect(readFileSync('/proc/timer_list').length).toBeGreaterThan(0);
  });

  it('stays hidden from execs', async () => {
    const name = await session.start(['sleep', '100']);
    expect((await session.exec(name, ['cat', '/proc/keys', '/proc/timer_list'])).output).toBe('');
    await session.remove(name);
  });

  it('cannot be written where it may be read', async () => {
    const files = [
      '/proc/sys/kernel/hostname',
      '/proc/sys/kernel/core_pattern',
      '/proc/sys/vm/drop_caches',
      '/proc/sysrq-trigger',
      '/proc/irq/default_smp_affinity',
    ];
    const output = await session.sh(`for file in ${files.join(' ')}; do [ -e $file ] && { echo x > $file && echo wrote $file; }; done 2>&1`);
    expect(output).not.toContain('wrote');
    expect(output).toContain('Read-only file system');
    const mountinfo = await session.sh('cat /proc/self/mountinfo');
    for (const path of READONLY_PATHS) {
      const line = mountinfo.split('\n').find((text) => text.split(' ')[4] === path);
      if (line !== undefined) expect([path, line.split(' ')[5]]).toEqual([path, expect.stringMatching(/^ro\b/)]);
    }
    expect(mountinfo).toMatch(/ \/proc\/sys ro/);
    expect(await session.sh('touch /sys/kernel/x; echo 1 > /sys/kernel/profiling; echo mem > /sys/power/state')).not.toMatch(/^$/);
  });

  it('is hidden by a mask that is really there: a directory, a file, a link', async () => {
    session.rig.addImage('secrets', (root) => {
      mkdirSync(`${root}/secret`);
      writeFileSync(`${root}/secret/file`, 'secret');
      writeFileSync(`${root}/plain`, 'secret');
      symlinkSync('/secret', `${root}/link`);
    });
    const HostConfig = { MaskedPaths: ['/plain', '/link'] };
    expect(await session.sh('cat /plain /secret/* /link/*; ls -A /secret; echo x > /secret/new', { Image: 'secrets', HostConfig })).not.toContain('secret\n');
    expect(await session.sh('cat /plain', { Image: 'secrets', HostConfig })).toBe('');
  });
});

describe('a device that masks are made of', () => {
  it.each([
    ['a plain file', (path: string) => writeFileSync(path, 'not null')],
    ['a link', (path: string) => symlinkSync('/proc/sysrq-trigger', path)],
    ['a directory', (path: string) => mkdirSync(path)],
  ])('that is %s keeps the container from starting unmasked (CVE-2025-31133)', async (what, make) => {
    const dev = `${session.rig.directory}/dev-${what.replaceAll(' ', '-')}`;
    mkdirSync(dev);
    make(`${dev}/null`);
    // Docker Engine 20.10 with runc 1.1.5 binds the plain file, so that /proc/keys shows what it holds.
    await expect(session.run(['cat', '/proc/keys'], { HostConfig: { Binds: [`${dev}:/dev`] } })).rejects.toThrow(/mask/);
  });
});

describe('the console of a terminal', () => {
  it.each(['/proc/sysrq-trigger', '/etc/passwd', '/proc/self/fd/0', '/nowhere'])('is never bound through a link to %s (CVE-2025-52565)', async (target) => {
    const dev = `${session.rig.directory}/dev-console${target.replaceAll('/', '-')}`;
    mkdirSync(`${dev}/pts`, { recursive: true });
    symlinkSync(target, `${dev}/console`);
    const HostConfig = { Binds: [`${dev}:/dev`, '/dev/pts:/dev/pts'], MaskedPaths: [] };
    await expect(session.run(['true'], { Tty: true, HostConfig })).rejects.toThrow('/dev/console');
  });
});
