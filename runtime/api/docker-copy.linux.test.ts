import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
let here: string;
let numbers = 0;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  here = engine.directory;
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);

/** A place of its own on the host. */
function place(): string {
  const path = join(here, `place-${++numbers}`);
  mkdirSync(path);
  return path;
}

async function withContainer(options: string[], script: string, use: (name: string) => Promise<void>): Promise<void> {
  const name = `copy-${++numbers}`;
  await docker('run', '-d', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', `${script}; echo ready; exec sleep 1000`);
  try {
    while (!(await docker('logs', name)).includes('ready'));
    await use(name);
  } finally {
    await docker('rm', '-f', name);
  }
}

describe.skipIf(!canRunDocker)('docker cp', () => {
  it('copies a file out of a running, a paused, a stopped and a created container', async () => {
    await withContainer([], 'echo content > /root/file; chmod 640 /root/file; chown 7:8 /root/file', async (name) => {
      const to = place();
      await docker('cp', `${name}:/root/file`, join(to, 'running'));
      await docker('pause', name);
      await docker('cp', `${name}:/root/file`, join(to, 'paused'));
      await docker('unpause', name);
      await docker('kill', name);
      await docker('cp', '-a', `${name}:/root/file`, join(to, 'stopped'));
      expect(['running', 'paused', 'stopped'].map((file) => readFileSync(join(to, file), 'utf8'))).toEqual(['content\n', 'content\n', 'content\n']);
      expect(lstatSync(join(to, 'stopped')).mode & 0o7777).toBe(0o640);
      const tar = spawnSync('docker', ['cp', `${name}:/root/file`, '-'], { env: engine.dockerEnvironment });
      expect(spawnSync('tar', ['-tv', '--numeric-owner'], { input: tar.stdout }).stdout.toString()).toMatch(/^-rw-r----- 7\/8 +8 .* file\n$/);
    });
    await docker('create', '--name', 'created', '--network', 'none', IMAGE);
    const to = place();
    await docker('cp', 'created:/etc/passwd', to);
    expect(readFileSync(join(to, 'passwd'), 'utf8')).toMatch(/^root:/);
    await docker('rm', 'created');
  });

  it('copies a directory, or with /. what is in it, and trees into the container', async () => {
    await withContainer([], 'mkdir -p /data/sub; echo one > /data/one; ln -s one /data/link; ln /data/one /data/hard; mkfifo /data/sub/fifo', async (name) => {
      const to = place();
      await docker('cp', `${name}:/data`, to);
      await docker('cp', `${name}:/data/.`, join(to, 'inside'));
      for (const tree of ['data', 'inside']) {
        expect(readdirSync(join(to, tree)).sort()).toEqual(['hard', 'link', 'one', 'sub']);
        expect(readlinkSync(join(to, tree, 'link'))).toBe('one');
        expect(lstatSync(join(to, tree, 'hard')).ino).toBe(lstatSync(join(to, tree, 'one')).ino);
      }
      const from = place();
      mkdirSync(join(from, 'tree/deep'), { recursive: true });
      writeFileSync(join(from, 'tree/deep/file'), 'x'.repeat(300_000));
      chmodSync(join(from, 'tree/deep/file'), 0o4755);
      await docker('cp', join(from, 'tree'), `${name}:/srv`);
      await docker('cp', join(from, 'tree'), `${name}:/tmp`);
      await docker('cp', `${join(from, 'tree')}/.`, `${name}:/root`);
      const seen = await docker('exec', name, 'sh', '-c', 'stat -c "%n %s %a" /srv/deep/file /tmp/tree/deep/file /root/deep/file');
      expect(seen).toBe('/srv/deep/file 300000 4755\n/tmp/tree/deep/file 300000 4755\n/root/deep/file 300000 4755\n');
    });
  });

  it('reads a tar from stdin and writes one to stdout', async () => {
    await withContainer([], 'echo there > /root/file', async (name) => {
      const from = place();
      writeFileSync(join(from, 'in'), 'from a tar');
      for (const [option, target] of [
        ['-c', '/tmp'],
        ['-cz', '/root'],
        ['--zstd', '/home'],
      ] as const) {
        const tar = spawnSync('tar', [...(option === '--zstd' ? ['--zstd', '-c'] : [option]), '-C', from, 'in']);
        expect(tar.status).toBe(0);
        const piped = spawnSync('docker', ['cp', '-', `${name}:${target}`], { env: engine.dockerEnvironment, input: tar.stdout });
        expect(piped.stderr.toString()).toBe('');
        expect(await docker('exec', name, 'cat', `${target}/in`)).toBe('from a tar');
      }
      const out = spawnSync('docker', ['cp', `${name}:/root/file`, '-'], { env: engine.dockerEnvironment });
      expect(spawnSync('tar', ['-xO'], { input: out.stdout }).stdout.toString()).toBe('there\n');
    });
  });

  it('resolves links inside of the container, follows them with -L, and never leads out', async () => {
    const outside = place();
    writeFileSync(join(outside, 'secret'), 'of the host');
    const script = `echo inside > /root/file; ln -s /root/file /abs; ln -s ../../../../../../root/file /climb; ln -s ${outside}/secret /host; ln -s ${outside} /hostdir; ln -s /proc/1/root/etc /magic`;
    await withContainer([], script, async (name) => {
      const to = place();
      await docker('cp', `${name}:/abs`, join(to, 'link'));
      expect(readlinkSync(join(to, 'link'))).toBe('/root/file');
      for (const link of ['abs', 'climb']) {
        await docker('cp', '-L', `${name}:/${link}`, join(to, 'followed'));
        expect(readFileSync(join(to, 'followed'), 'utf8')).toBe('inside\n');
      }
      expect((await engine.docker(['cp', '-L', `${name}:/host`, join(to, 'stolen')])).err).toContain('Could not find the file');
      expect((await engine.docker(['cp', `${name}:/hostdir/secret`, join(to, 'stolen')])).err).toContain('Could not find the file');
      expect((await engine.docker(['cp', `${name}:/magic/.`, join(to, 'stolen')])).code).not.toBe(0);
      writeFileSync(join(to, 'secret'), 'overwritten');
      expect((await engine.docker(['cp', join(to, 'secret'), `${name}:/hostdir/`])).code).not.toBe(0);
      expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('of the host');
    });
  });

  it('takes and gives names that are no text', async () => {
    await withContainer([], 'e=$(printf "caf\\351"); mkdir "/root/$e"; echo in > "/root/$e/$e"; ln -s "$e" "/root/$e/link"', async (name) => {
      const to = place();
      const script = `e=$(printf 'caf\\351'); docker cp "${name}:/root/$e" .; docker cp "${name}:/root/$e/$e" "$e/out"; docker cp "$e" "${name}:/root/$e/again"
        docker cp "$e/$e" "${name}:/root/$e/$e"; docker export ${name} | tar -t | grep root/caf; docker diff ${name} | grep -c root/caf`;
      const copied = spawnSync('sh', ['-ec', script], { cwd: to, env: { ...engine.dockerEnvironment, LC_ALL: 'C' } });
      expect(
        copied.stderr
          .toString()
          .replaceAll(/^(?:Preparing|Copying|Successfully).*$/gm, '')
          .trim(),
      ).toBe('');
      const names = ['', 'again/', 'again/caf\\351', 'again/link', 'again/out', 'caf\\351', 'link'].map((below) => `root/caf\\351/${below}`);
      expect(copied.stdout.toString().trim().split('\n')).toEqual([...names, String(names.length)]);
      expect(await docker('exec', name, 'sh', '-c', 'cat /root/caf*/again/out /root/caf*/caf*')).toBe('in\nin\n');
    });
  });

  it("refuses in Docker's words", async () => {
    await withContainer(
      ['--read-only', '-v', `${place()}:/rw`, '-v', `${place()}:/ro:ro`],
      'mkdir /rw/dir /rw/over; echo x > /rw/over/file; echo x > /rw/file',
      async (name) => {
        const from = place();
        mkdirSync(join(from, 'file'));
        writeFileSync(join(from, 'dir'), 'a file');
        const errorOf = async (...args: string[]): Promise<string> => (await engine.docker(['cp', ...args])).err;
        expect(await errorOf(`${name}:/nothing`, from)).toContain(`Could not find the file /nothing in container ${name}`);
        expect(await errorOf('nobody:/x', from)).toContain('No such container: nobody');
        expect(await errorOf(join(from, 'dir'), `${name}:/nothing/there`)).toMatch(/Could not find the file|no such directory/);
        expect(await errorOf(join(from, 'file'), `${name}:/rw/file`)).toContain('cannot copy directory');
        expect(await errorOf(join(from, 'dir'), `${name}:/tmp/`)).toContain('container rootfs is marked read-only');
        expect(await errorOf(join(from, 'dir'), `${name}:/ro/`)).toContain('mounted volume is marked read-only');
        const put = (path: string, options: string, tarred: string): Promise<{ readonly status: number; readonly body: string }> =>
          send(`/containers/${name}/archive?path=${path}${options}`, spawnSync('tar', ['-c', '-C', from, tarred]).stdout);
        expect(await put('/rw', '&noOverwriteDirNonDir=1', 'dir')).toMatchObject({
          status: 500,
          body: expect.stringContaining('cannot overwrite directory') as string,
        });
        expect(await put('/rw', '&noOverwriteDirNonDir=1', 'file')).toMatchObject({
          status: 500,
          body: expect.stringContaining('cannot overwrite non-directory') as string,
        });
        expect(await put('/rw/file', '', 'dir')).toMatchObject({ status: 500, body: expect.stringContaining('extraction point is not a directory') as string });
        expect(await put('/rw', '', 'dir')).toMatchObject({ status: 200 });
        expect(await docker('exec', name, 'cat', '/rw/dir')).toBe('a file');
        expect(await put('', '', 'dir')).toMatchObject({ status: 400, body: expect.stringContaining('path') as string });
        expect(await put('/nothing', '', 'dir')).toMatchObject({ status: 404 });
        const compressed = spawnSync('xz', ['-c'], { input: spawnSync('tar', ['-c', '-C', from, 'dir']).stdout }).stdout;
        expect(await send(`/containers/${name}/archive?path=/rw`, compressed)).toMatchObject({
          status: 400,
          body: expect.stringContaining('xz compression is not supported') as string,
        });
        expect(await send(`/containers/${name}/archive?path=/rw`, Buffer.from('rubbish'))).toMatchObject({ status: 400 });
      },
    );
  });

  it('copyUIDGID (-a) gives all to the user of the container, else the archive says whose it is', async () => {
    await withContainer(['--user', 'slip'], 'true', async (name) => {
      const from = place();
      writeFileSync(join(from, 'file'), 'x');
      const tar = spawnSync('tar', ['-c', '--owner=5', '--group=6', '-C', from, 'file']).stdout;
      expect((await send(`/containers/${name}/archive?path=/tmp`, tar)).status).toBe(200);
      expect((await send(`/containers/${name}/archive?path=/home/slip&copyUIDGID=1`, tar)).status).toBe(200);
      await docker('cp', '-a', join(from, 'file'), `${name}:/var`);
      expect(await docker('exec', name, 'stat', '-c', '%u:%g', '/tmp/file', '/home/slip/file', '/var/file')).toBe('5:6\n1000:1000\n1000:1000\n');
    });
  });

  it('reaches binds and volumes of running and stopped containers, and tmpfs of running ones', async () => {
    const bound = place();
    const options = ['-v', `${bound}:/bound`, '-v', 'copied:/volume', '--tmpfs', '/memory'];
    await withContainer(options, 'echo v > /volume/file; echo m > /memory/file', async (name) => {
      const from = place();
      writeFileSync(join(from, 'new'), 'new');
      for (const target of ['bound', 'volume', 'memory']) await docker('cp', join(from, 'new'), `${name}:/${target}/running`);
      expect(readFileSync(join(bound, 'running'), 'utf8')).toBe('new');
      expect(await docker('exec', name, 'cat', '/bound/running', '/volume/running', '/memory/running')).toBe('newnewnew');
      await docker('cp', `${name}:/memory/file`, join(from, 'memory'));
      expect(readFileSync(join(from, 'memory'), 'utf8')).toBe('m\n');
      await docker('kill', name);
      for (const target of ['bound', 'volume']) await docker('cp', join(from, 'new'), `${name}:/${target}/stopped`);
      expect(readFileSync(join(bound, 'stopped'), 'utf8')).toBe('new');
      await docker('cp', `${name}:/volume/.`, join(from, 'volume'));
      expect(readdirSync(join(from, 'volume')).sort()).toEqual(['file', 'running', 'stopped']);
      await docker('start', name);
      expect(await docker('exec', name, 'cat', '/volume/stopped', '/bound/stopped')).toBe('newnew');
    });
    await docker('volume', 'rm', 'copied');
  });

  it('does not replace what is mounted', async () => {
    await withContainer(['-v', `${place()}:/data/volume`], 'echo kept > /data/volume/file', async (name) => {
      const from = place();
      writeFileSync(join(from, 'hosts'), 'mine');
      writeFileSync(join(from, 'data'), 'a file in the place of a volume');
      expect((await engine.docker(['cp', join(from, 'hosts'), `${name}:/etc/hosts`])).err).toContain('device or resource busy');
      const tar = spawnSync('tar', ['-c', '-C', from, 'data']).stdout;
      expect(await send(`/containers/${name}/archive?path=/`, tar)).toMatchObject({
        status: 500,
        body: expect.stringContaining('device or resource busy') as string,
      });
      expect(await docker('exec', name, 'cat', '/data/volume/file')).toBe('kept\n');
      expect(await docker('exec', name, 'grep', '-c', 'localhost', '/etc/hosts')).not.toBe('0\n');
    });
  });

  it('keeps file capabilities and other attributes of files, which are bytes', async () => {
    const bound = place();
    const sys = createLinuxSyscalls();
    writeFileSync(join(bound, 'program'), 'x');
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
    sys.lsetxattr(join(bound, 'program'), 'security.capability', capability);
    sys.lsetxattr(join(bound, 'program'), 'user.note', Buffer.from([0, 255, 10]));
    await withContainer(['-v', `${bound}:/bound`], 'mkdir /bound/copy', async (name) => {
      const tar = spawnSync('docker', ['cp', `${name}:/bound/program`, '-'], { env: engine.dockerEnvironment });
      expect(await send(`/containers/${name}/archive?path=/bound/copy`, tar.stdout)).toMatchObject({ status: 200 });
    });
    expect(Buffer.from(sys.lgetxattr(join(bound, 'copy/program'), 'security.capability'))).toEqual(capability);
    expect([...sys.lgetxattr(join(bound, 'copy/program'), 'user.note')]).toEqual([0, 255, 10]);
  });

  it('never opens a FIFO or a device, and runs nothing of the container', async () => {
    const programs = ['xz', 'unpigz', 'gzip', 'gunzip', 'zstd', 'tar', 'bzip2'].map(
      (program) => `printf '#!/bin/sh\ntouch /ran\n' > /usr/bin/${program}; chmod 755 /usr/bin/${program}`,
    );
    await withContainer([], `mkdir /odd; mkfifo /odd/fifo; mknod /odd/null c 1 3; ${programs.join('; ')}`, async (name) => {
      const tar = spawnSync('docker', ['cp', `${name}:/odd`, '-'], { env: engine.dockerEnvironment, timeout: 30_000 });
      expect(spawnSync('tar', ['-tv', '--numeric-owner'], { input: tar.stdout }).stdout.toString().replace(/ +/g, ' ')).toMatch(
        /prw-r--r-- 0\/0 0 .* odd\/fifo\ncrw-r--r-- 0\/0 1,3 .* odd\/null\n/,
      );
      for (const tool of ['gzip', 'zstd']) {
        const compressed = spawnSync(tool, ['-c'], { input: tar.stdout }).stdout;
        expect(await send(`/containers/${name}/archive?path=/tmp`, compressed)).toMatchObject({ status: 200 });
      }
      expect(await docker('exec', name, 'sh', '-c', 'test -e /ran || stat -c %F /tmp/odd/fifo /tmp/odd/null')).toBe('fifo\ncharacter special file\n');
    });
  });

  it('stays inside while a container exchanges directories and links to the host', async () => {
    const outside = place();
    writeFileSync(join(outside, 'secret'), 'of the host');
    const race = `mkdir -p /w/d; echo inside > /w/d/secret; ln -s ${outside} /w/link; (while true; do mv /w/d /w/e; mv /w/link /w/d; mv /w/d /w/link; mv /w/e /w/d; done) 2>/dev/null &`;
    await withContainer([], race.slice(0, -1) + '& true', async (name) => {
      const from = place();
      mkdirSync(join(from, 'd/deep'), { recursive: true });
      writeFileSync(join(from, 'd/secret'), 'written');
      writeFileSync(join(from, 'd/deep/file'), 'written');
      const whole = spawnSync('tar', ['-c', '--owner=1000', '--mode=0777', '-C', from, 'd']).stdout;
      const parts = spawnSync('tar', ['-c', '--owner=1000', '--mode=0777', '-C', from, 'd/secret', 'd/deep/file']).stdout;
      const before = lstatSync(outside);
      let through = 0;
      for (let round = 0; round < 150; round++) {
        await send(`/containers/${name}/archive?path=/w`, round % 2 === 0 ? whole : parts);
        await send(`/containers/${name}/archive?path=/w/d`, parts);
        const got = await fetchTar(`/containers/${name}/archive?path=/w/d/secret`);
        expect(got).not.toContain('of the host');
        if (got.includes('written') || got.includes('inside')) through++;
      }
      expect(readdirSync(outside)).toEqual(['secret']);
      expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('of the host');
      const after = lstatSync(outside);
      expect([after.mode, after.uid, after.mtimeMs]).toEqual([before.mode, before.uid, before.mtimeMs]);
      expect(through, 'the race was there to be won').toBeGreaterThan(0);
    });
  });

  it('leaves no part of a file when an upload is cut off, and gives way to a removal', async () => {
    const bound = place();
    await withContainer(['-v', `${bound}:/bound`], 'true', async (name) => {
      const from = place();
      writeFileSync(join(from, 'big'), Buffer.alloc(3_000_000, 1));
      const tar = spawnSync('tar', ['-c', '-C', from, 'big']).stdout;
      const upload = startUpload(`/containers/${name}/archive?path=/bound`, tar.subarray(0, 2_000_000));
      while (!readdirSync(bound).includes('big')) await new Promise((resolve) => setImmediate(resolve));
      upload.destroy();
      while (readdirSync(bound).includes('big')) await new Promise((resolve) => setImmediate(resolve));

      const stalled = startUpload(`/containers/${name}/archive?path=/bound`, tar.subarray(0, 2_000_000));
      while (!readdirSync(bound).includes('big')) await new Promise((resolve) => setImmediate(resolve));
      await docker('rm', '-f', name);
      while (readdirSync(bound).includes('big')) await new Promise((resolve) => setImmediate(resolve));
      stalled.destroy();
      await docker('create', '--name', name, '--network', 'none', IMAGE);
    });
  });

  it('leaves nothing mounted when the engine is killed in the middle of a copy into a stopped container', async () => {
    const bound = place();
    await withContainer(['-v', `${bound}:/bound`], 'true', async (name) => {
      await docker('kill', name);
      const from = place();
      writeFileSync(join(from, 'big'), Buffer.alloc(3_000_000, 1));
      const tar = spawnSync('tar', ['-c', '-C', from, 'big']).stdout;
      const upload = startUpload(`/containers/${name}/archive?path=/bound`, tar.subarray(0, 2_000_000));
      while (!readdirSync(bound).includes('big')) await new Promise((resolve) => setImmediate(resolve));
      await engine.stop('SIGKILL');
      upload.destroy();
      await engine.start();
      expect(readdirSync(join(engine.run, 'c')), 'run directories').toEqual([]);
      await docker('start', name);
      expect(await docker('exec', name, 'ls', '/bound')).toBe('big\n');
    });
  });

  it('tells of archive-path and extract-to-dir', async () => {
    await withContainer([], 'true', async (name) => {
      const since = String(Date.now() / 1000);
      const to = place();
      await docker('cp', `${name}:/etc/passwd`, to);
      await docker('cp', join(to, 'passwd'), `${name}:/tmp`);
      const events = await engine.actionsOf(name, since);
      expect(events).toEqual(['archive-path', 'extract-to-dir']);
    });
  });
});

/** A body as it is, not as JSON. */
function startUpload(path: string, body: Uint8Array): ClientRequest {
  const upload = request({ socketPath: engine.socket, method: 'PUT', path, headers: { 'Content-Type': 'application/x-tar', 'Transfer-Encoding': 'chunked' } });
  upload.on('error', () => undefined);
  upload.write(body);
  return upload;
}

async function send(path: string, body: Uint8Array): Promise<{ readonly status: number; readonly body: string }> {
  const upload = startUpload(path, body);
  upload.end();
  const [answer] = (await once(upload, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, body: (await buffer(answer)).toString() };
}

async function fetchTar(path: string): Promise<string> {
  const asked = request({ socketPath: engine.socket, path });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  // An archive that fails in the middle is cut off.
  return (await buffer(answer).catch(() => Buffer.alloc(0))).toString('latin1');
}
