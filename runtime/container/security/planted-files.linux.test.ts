import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession } from '../../testkit/container-session.ts';

let session: ContainerSession;
let outside: string;
let images = 0;
beforeAll(async () => {
  session = await ContainerSession.open();
  outside = `${session.rig.directory}/outside`;
  writeFileSync(outside, 'evil:x:0:0::/:/bin/sh\nnobody:x:7:7::/:/bin/sh\n');
});
afterAll(() => session[Symbol.asyncDispose]());

/** Ways of having something else in the place of a file; `outside` is a file of the host. */
const PLANTS = {
  fifo: (path: string) => void spawnSync('mkfifo', [path]),
  'link to the host': (path: string) => symlinkSync(outside, path),
  'climbing link': (path: string) => symlinkSync(`${'../'.repeat(20)}${outside.slice(1)}`, path),
  'endless link': (path: string) => symlinkSync(path.slice(path.lastIndexOf('/') + 1), path),
  'link to a device': (path: string) => symlinkSync('/dev/zero', path),
  device: (path: string) => void spawnSync('mknod', [path, 'c', '1', '5']),
  directory: (path: string) => mkdirSync(path),
  'file of a gigabyte': (path: string) => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 30);
  },
} as const;
type Plant = keyof typeof PLANTS;

function imageWith(files: Readonly<Record<string, Plant>>): string {
  const name = `planted${images++}`;
  session.rig.addImage(name, (root) => {
    for (const [path, plant] of Object.entries(files)) {
      rmSync(root + path, { force: true });
      PLANTS[plant](root + path);
    }
  });
  return name;
}

describe.each(Object.keys(PLANTS) as Plant[])('a %s', (plant) => {
  it('as passwd and group is neither waited for nor followed to the host, and names are not found in it', async () => {
    const Image = imageWith({ '/etc/passwd': plant, '/etc/group': plant });
    // Programs of the container would wait for such a file themselves, so only the shell and /proc are asked.
    for (const config of [{ User: 'evil' }, { User: 'root' }, { HostConfig: { GroupAdd: ['nobody'] } }]) {
      await expect(session.run(['id'], { Image, ...config })).rejects.toThrow(/unable to find|more than|\/etc\/passwd|\/etc\/group/i);
    }
    // A number needs no file; one that is too large to be read is an error all the same.
    const byNumber = session.run(['grep', '^[UG]id', '/proc/self/status'], { Image, User: '7:7' });
    if (plant === 'file of a gigabyte') await expect(byNumber).rejects.toThrow('/etc/passwd of the container has 1073741824 bytes');
    else expect((await byNumber).output).toBe('Uid:\t7\t7\t7\t7\nGid:\t7\t7\t7\t7\n');
  });

  it('as hosts, hostname and resolv.conf is covered or refused, and nothing of the host is written', async () => {
    const before = readFileSync(outside, 'utf8');
    const Image = imageWith({ '/etc/hosts': plant, '/etc/hostname': plant, '/etc/resolv.conf': plant });
    const ran = await session
      .run(['sh', '-c', 'echo added >> /etc/hosts; cat /etc/hosts /etc/hostname; hostname'], { Image })
      .catch((error: unknown) => String(error));
    if (typeof ran === 'string') expect(ran).toMatch(/\/etc\/(hosts|hostname|resolv\.conf)|\/dev\/zero/);
    else expect(ran.output).toMatch(/^127\.0\.0\.1\tlocalhost\n[^]*added\n[^]*\n[0-9a-f]{12}\n$/);
    expect(typeof ran === 'string').toBe(['directory', 'endless link', 'link to a device'].includes(plant));
    expect(readFileSync(outside, 'utf8')).toBe(before);
    expect(lstatSync('/dev/zero').isCharacterDevice()).toBe(true);
  });
});

describe('the user of a container', () => {
  it.each([
    ...['1000abc', '0x0', '1e3', '0 ', ' 0', '0\n', '-1', '+1', '--1', '4294967295', '4294967296', '2147483648', '18446744073709551616', '1.0', '٣'],
    ...['root:-1', 'root:4294967295', '0:1000abc', '0:0 ', ':x', 'a:b:c', '/etc/passwd', '../root', 'root\0', '$(id)', '*'],
  ])('%j is no user, in run and exec (CVE-2024-40635)', async (User) => {
    const name = await session.start(['sleep', '100']);
    await expect(session.run(['id', '-u'], { User })).rejects.toThrow();
    expect(await session.exec(name, ['id', '-u'], { user: User })).toMatchObject({ exitCode: 126 });
    await session.remove(name);
  });

  it('is a number whatever passwd and group call theirs (CVE-2016-3697)', async () => {
    session.rig.addImage('numbers', (root) => {
      writeFileSync(`${root}/etc/passwd`, 'root:x:0:0::/:/bin/sh\n1000:x:0:0::/:/bin/sh\n7:x:5:6::/home:/bin/sh\n-1:x:0:0::/:/bin/sh\n');
      writeFileSync(`${root}/etc/group`, 'root:x:0:\n1000:x:0:\n8:x:9:7,1000\nbig:x:4294967295:\n');
    });
    const ids = async (User: string): Promise<string> => session.sh('echo $(id -u) $(id -g) $(id -G)', { Image: 'numbers', User });
    expect(await ids('1000')).toBe('1000 0 0\n');
    expect(await ids('7')).toBe('7 0 0\n');
    expect(await ids('7:8')).toBe('7 8 8\n');
    expect(await ids('5')).toBe('5 6 6 9\n');
    await expect(ids('0:big')).rejects.toThrow('unable to find group big');
  });

  it('is bounded: lines without end and without sense in passwd are no matches', async () => {
    session.rig.addImage('nonsense', (root) => {
      writeFileSync(`${root}/etc/passwd`, `${'a'.repeat(500_000)}\n:::::::\nweb:x\nweb:x:99999999999:1::/:\nweb:x:-5:1::/:\nweb:x:12:13::/srv:/bin/sh`);
      writeFileSync(`${root}/etc/group`, `${','.repeat(500_000)}\nx:x:14:web`);
    });
    expect(await session.sh('echo $(grep -E "^([UG]id|Groups)" /proc/self/status) $HOME', { Image: 'nonsense', User: 'web' })).toBe(
      'Uid: 12 12 12 12 Gid: 13 13 13 13 Groups: 13 14 /srv\n',
    );
  });
});
