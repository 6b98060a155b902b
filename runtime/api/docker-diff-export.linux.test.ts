import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
let names = 0;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start();
  await engine.loadBusybox(IMAGE, {
    entries: [
      { header: { name: 'srv/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/old' }, data: 'old' },
      { header: { name: 'srv/dir/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/dir/lower' }, data: 'lower' },
      { header: { name: 'srv/dir/other' }, data: 'other' },
      { header: { name: 'usr/local/', type: 'directory', mode: 0o755 } },
      { header: { name: 'usr/local/deep/', type: 'directory', mode: 0o755 } },
      { header: { name: 'usr/local/deep/file' }, data: 'deep' },
    ],
  });
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);

async function ranContainer(script: string, ...options: string[]): Promise<string> {
  const name = `files-${++names}`;
  await docker('run', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', script);
  return name;
}

async function differenceOf(script: string, ...options: string[]): Promise<string[]> {
  const name = await ranContainer(script, ...options);
  const lines = (await docker('diff', name)).split('\n').filter((line) => line !== '');
  await docker('rm', '-v', name);
  return lines;
}

const members = (tar: Buffer): string[] => spawnSync('tar', ['-t'], { input: tar }).stdout.toString().split('\n');

function exported(name: string): Buffer {
  const { status, stdout, stderr } = spawnSync('docker', ['export', name], { env: engine.dockerEnvironment, maxBuffer: 1 << 28 });
  expect([status, stderr.toString()]).toEqual([0, '']);
  return stdout;
}

// Each of these lists is also what Docker Engine 20.10 answers to the same commands, but for the order of its lines.
describe.skipIf(!canRunDocker)('docker diff', () => {
  it.each<[string, string[]]>([
    ['true', []],
    ['echo x >> /etc/passwd', ['C /etc', 'C /etc/passwd']],
    ['touch /usr/local/deep/new', ['C /usr', 'C /usr/local', 'C /usr/local/deep', 'A /usr/local/deep/new']],
    ['echo y >> /usr/local/deep/file', ['C /usr', 'C /usr/local', 'C /usr/local/deep', 'C /usr/local/deep/file']],
    ['rm -r /srv/dir; mkdir /srv/dir; touch /srv/dir/mine', ['C /srv', 'C /srv/dir', 'D /srv/dir/lower', 'A /srv/dir/mine', 'D /srv/dir/other']],
    ['rm /srv/dir/other; rm -r /home/slip', ['C /home', 'D /home/slip', 'C /srv', 'C /srv/dir', 'D /srv/dir/other']],
    ['chmod 700 /srv; touch /tmp/a; rm /tmp/a', ['C /srv']],
    ['mkdir -p /x/y/z; touch /x/y/z/f', ['A /x', 'A /x/y', 'A /x/y/z', 'A /x/y/z/f']],
    ['mv /srv/old /srv/moved', ['C /srv', 'A /srv/moved', 'D /srv/old']],
    ['echo hi > /etc/hosts; echo > /etc/newfile', ['C /etc', 'A /etc/newfile']],
    ['mkdir /run; ln -s a /run/l; mkfifo /run/f; mknod /run/c c 1 3', ['A /run', 'A /run/c', 'A /run/f', 'A /run/l']],
    ['rm -r /srv/dir; echo file > /srv/dir', ['C /srv', 'C /srv/dir']],
    ['rm /srv/old; mkdir /srv/old; touch /srv/old/in', ['C /srv', 'C /srv/old', 'A /srv/old/in']],
    ['touch /dev/x', []],
  ])('after %s', async (script, expected) => {
    expect(await differenceOf(script)).toEqual(expected);
  });

  it('shows mount points of the user but none of the engine', async () => {
    mkdirSync(join(engine.directory, 'bound'));
    expect(await differenceOf('true', '-v', `${join(engine.directory, 'bound')}:/data/inner`, '--tmpfs', '/memory', '-t')).toEqual([
      'A /data',
      'A /data/inner',
      'A /memory',
    ]);
  });

  it('works while the container runs, and names the one that is not there', async () => {
    await docker('run', '-d', '--name', 'running', '--network', 'none', IMAGE, 'sh', '-c', 'touch /srv/new; echo ready; sleep 1000');
    while (!(await docker('logs', 'running')).includes('ready'));
    expect(await docker('diff', 'running')).toBe('C /srv\nA /srv/new\n');
    await docker('rm', '-f', 'running');
    expect((await engine.docker(['diff', 'nobody'])).err).toContain('No such container: nobody');
  });
});

describe.skipIf(!canRunDocker)('docker export', () => {
  it('has all files of image and container, what is mounted as an empty place, and can be imported', async () => {
    await docker(
      'run',
      '-d',
      '--name',
      'whole',
      '--network',
      'none',
      '-v',
      'exported:/volume',
      IMAGE,
      'sh',
      '-c',
      'rm /srv/old; echo new > /srv/new; touch /volume/hidden; echo ready; sleep 1000',
    );
    while (!(await docker('logs', 'whole')).includes('ready'));
    const running = exported('whole');
    await docker('kill', 'whole');
    const stopped = exported('whole');
    expect(stopped.equals(running), 'the same bytes whether it runs or not').toBe(true);
    const listed = members(running);
    expect(listed).toEqual(expect.arrayContaining(['bin/busybox', 'srv/new', 'srv/dir/lower', 'proc/', 'sys/', 'dev/', 'volume/', '.dockerenv']));
    expect(listed.filter((name) => /^(proc|sys|volume)\/.|^srv\/old|hidden/.test(name))).toEqual([]);
    const file = join(engine.directory, 'exported.tar');
    await docker('export', '-o', file, 'whole');
    expect(readFileSync(file).equals(running)).toBe(true);
    await docker('import', '-c', 'CMD ["cat", "/srv/new"]', '-c', 'ENV PATH=/bin', file, 'imported:1');
    expect(await docker('run', '--rm', '--network', 'none', 'imported:1')).toBe('new\n');
    await docker('rm', '-v', 'whole');
    await docker('volume', 'rm', 'exported');
  });

  it('ends when the client goes, and tells of itself', async () => {
    const name = await ranContainer('dd if=/dev/zero of=/srv/big bs=1M count=300 2>/dev/null');
    const since = String(Date.now() / 1000);
    const client = spawn('docker', ['export', name], { env: engine.dockerEnvironment, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(client.stdout, 'data');
    client.kill('SIGKILL');
    await once(client, 'exit');
    // The view that it was made from goes with it: the removal waits for that, and the leak check at the end looks.
    await docker('rm', name);
    const events = await engine.actionsOf(name, since);
    expect(events).toEqual(['export', 'destroy']);
    expect((await engine.docker(['export', 'nobody'])).err).toContain('No such container: nobody');
  });
});
