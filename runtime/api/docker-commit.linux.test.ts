import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const PATIENCE = { timeout: 30_000 };

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
    ],
  });
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);

/** A container that has run `script` to its end. */
async function ranContainer(script: string, ...options: string[]): Promise<string> {
  const name = `commit-${++names}`;
  await docker('run', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', script);
  return name;
}

const runIn = (image: string, script: string): Promise<string> => docker('run', '--rm', '--network', 'none', image, 'sh', '-c', script);
const inspect = async (
  image: string,
): Promise<{ Id: string; Parent: string; Author: string; Comment: string; Config: Record<string, unknown>; RootFS: { Layers: string[] } }> =>
  (JSON.parse(await docker('image', 'inspect', image)) as [never])[0];

describe.skipIf(!canRunDocker)('docker commit', () => {
  it('container, repo and tag: keeps what was added, changed, deleted and replaced', async () => {
    const name = await ranContainer(
      'echo new > /srv/new; echo changed > /srv/old; rm /srv/dir/other; rm -r /home/slip; rm -r /srv/dir; mkdir /srv/dir; echo mine > /srv/dir/mine; ln /srv/new /srv/hard; ln -s new /srv/soft; mkfifo /srv/fifo; chown 5:6 /srv/new; chmod 4711 /srv/new; chmod 700 /srv',
    );
    const id = (await docker('commit', name, 'made:1')).trim();
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    const seen = await runIn(
      'made:1',
      'cd /srv; stat -c "%a" .; ls; cat new old soft; ls dir; cat dir/mine; stat -c "%a %u:%g %h" new; stat -c %F fifo; ls /home; [ -e /srv/dir/lower ] || echo gone',
    );
    expect(seen.split('\n')).toEqual([
      '700',
      'dir',
      'fifo',
      'hard',
      'new',
      'old',
      'soft',
      'new',
      'changed',
      'new',
      'mine',
      'mine',
      '4711 5:6 2',
      'fifo',
      'gone',
      '',
    ]);
    const image = await inspect('made:1');
    expect([image.Id, image.Parent, image.RootFS.Layers.length]).toEqual([id, (await inspect(IMAGE)).Id, 2]);
    await docker('create', '--name', 'of-made', 'made:1');
    expect(await docker('diff', 'of-made')).toBe('');
    await docker('rm', 'of-made', name);
    const shown = await docker('history', '--no-trunc', '--format', '{{.ID}} {{.CreatedBy}}', 'made:1');
    expect(shown.split('\n')[0]).toContain(`${id} sh -c echo new`);
  });

  it('author and comment stand in the image and its history', async () => {
    const name = await ranContainer('true');
    await docker('commit', '-a', 'Me <me@here>', '-m', 'why not', name, 'made:2');
    const image = await inspect('made:2');
    expect([image.Author, image.RootFS.Layers.length]).toEqual(['Me <me@here>', 1]);
    expect((await docker('history', '--format', '{{.Comment}} {{.Size}}', 'made:2')).split('\n')[0]).toBe('why not 0B');
    await docker('rm', name);
  });

  it('changes: instructions change the configuration, others are refused by name', async () => {
    const name = await ranContainer('true', '-e', 'KEPT=yes');
    const changes = ['CMD ["echo", "from the image"]', 'ENV A=1', 'LABEL l=v', 'EXPOSE 80', 'USER slip', 'WORKDIR /tmp', 'VOLUME /vol', 'STOPSIGNAL SIGUSR1'];
    await docker('commit', ...changes.flatMap((change) => ['--change', change]), name, 'made:3');
    const { Config } = await inspect('made:3');
    expect(Config).toMatchObject({
      Cmd: ['echo', 'from the image'],
      Labels: { l: 'v' },
      ExposedPorts: { '80/tcp': {} },
      User: 'slip',
      WorkingDir: '/tmp',
      Volumes: { '/vol': {} },
      StopSignal: 'SIGUSR1',
    });
    expect(Config['Env']).toEqual(expect.arrayContaining(['KEPT=yes', 'A=1']));
    expect(await docker('run', '--rm', '--network', 'none', 'made:3')).toBe('from the image\n');
    for (const [change, message] of [
      ['RUN true', 'RUN is not a valid change command'],
      ['EXPOSE x', 'EXPOSE: invalid containerPort: x'],
      ['NONSENSE', 'NONSENSE'],
    ] as const) {
      const { code, err } = await engine.docker(['commit', '--change', change, name, 'made:never']);
      expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    }
    const before = (await docker('images', '-q')).split('\n').length;
    expect((await engine.docker(['commit', name, 'Bad Name'])).err).toMatch(/invalid reference format|must be lowercase/);
    expect((await docker('images', '-q')).split('\n').length).toBe(before);
    await docker('rm', name);
  });

  it('config: the body is put over what the container has', async () => {
    const name = await ranContainer('true', '-e', 'A=container', '-l', 'both=container');
    const { status, json } = await engine.call('POST', `/commit?container=${name}&repo=made&tag=4`, { Env: ['B=body'], Labels: { both: 'body' }, Cmd: ['id'] });
    expect(status).toBe(201);
    const { Config } = await inspect((json as { Id: string }).Id);
    expect(Config).toMatchObject({ Cmd: ['id'], Labels: { both: 'body' } });
    expect(Config['Env']).toEqual(expect.arrayContaining(['A=container', 'B=body']));
    expect((await engine.call('POST', `/commit?container=${name}`, { Env: 'x' })).status).toBe(400);
    expect((await engine.call('POST', '/commit', {})).status).toBe(400);
    expect((await engine.call('POST', '/commit?container=nosuch', {})).status).toBe(404);
    await docker('rm', name);
  });

  it('pause keeps a running container still, and it goes on afterwards', async () => {
    const name = `commit-${++names}`;
    await docker('run', '-d', '--name', name, '--network', 'none', IMAGE, 'sh', '-c', 'while true; do date > /srv/clock; sleep 0.01; done');
    while (!(await docker('diff', name)).includes('/srv/clock'));
    const since = String(Math.floor(Date.now() / 1000) - 1);
    await docker('commit', name, 'made:5');
    await docker('commit', '--pause=false', name, 'made:6');
    expect(await docker('inspect', '-f', '{{.State.Status}}', name)).toBe('running\n');
    const events = await engine.actionsOf(name, since);
    const seen = events.filter((action) => ['pause', 'unpause', 'commit'].includes(action));
    expect(seen).toEqual(['pause', 'commit', 'unpause', 'commit']);
    await docker('rm', '-f', name);
    expect(await runIn('made:6', 'ls /srv/clock')).toBe('/srv/clock\n');
  });

  it('keeps names of any bytes, which load again elsewhere', async () => {
    const name = await ranContainer('e=$(printf "caf\\351"); mkdir "/srv/$e"; echo latin > "/srv/$e/$e"; ln -s "$e" "/srv/link$e"');
    await docker('commit', name, 'made:latin');
    const script = 'cd /srv; cat "$(printf "caf\\351/caf\\351")" "$(printf "linkcaf\\351/caf\\351")"';
    expect(await runIn('made:latin', script)).toBe('latin\nlatin\n');
    await docker('tag', 'made:latin', 'made:kept');
    const path = join(engine.directory, 'latin.tar');
    await docker('save', '-o', path, 'made:latin');
    await docker('rm', name);
    await docker('rmi', 'made:latin', 'made:kept');
    await docker('load', '-q', '-i', path);
    expect(await runIn('made:latin', script)).toBe('latin\nlatin\n');
  });

  it('refuses a file whose name means a deletion in layers, and makes nothing', async () => {
    const name = await ranContainer('touch /srv/.wh.old /srv/new');
    const before = await docker('images', '-qa');
    const { code, err } = await engine.docker(['commit', name, 'made:hidden']);
    expect([code, err]).toEqual([1, expect.stringContaining('"/srv/.wh.old" cannot be part of an image') as string]);
    expect(await docker('images', '-qa')).toBe(before);
    // A copy of the files has them by their names.
    const listed = spawnSync('sh', ['-c', `docker export ${name} | tar -t | grep srv`], { env: engine.dockerEnvironment }).stdout.toString();
    expect(listed.split('\n')).toContain('srv/.wh.old');
  });

  it('leaves nothing when the client goes away or the container is removed', async () => {
    const name = await ranContainer('dd if=/dev/urandom of=/srv/big bs=1M count=200 2>/dev/null');
    const before = await docker('images', '-qa');
    const isWriting = (): boolean => readdirSync(join(engine.root, 'ingest')).length > 0;
    /** False: it was too quick. The engine stands still while it is looked at, so that the client goes before the end of what is seen. */
    const goesWhileWriting = async (): Promise<boolean> => {
      const client = spawn('docker', ['commit', name, 'made:7'], { env: engine.dockerEnvironment, stdio: 'ignore' });
      const ended = once(client, 'close');
      while (client.exitCode === null) {
        process.kill(engine.pid, 'SIGSTOP');
        const isSeen = isWriting();
        if (isSeen) client.kill('SIGKILL');
        if (isSeen) await ended;
        process.kill(engine.pid, 'SIGCONT');
        if (isSeen) return true;
        await sleep(1);
      }
      await docker('rmi', 'made:7');
      return false;
    };
    while (!(await goesWhileWriting()));
    const removed = engine.docker(['commit', name, 'made:8']);
    await docker('rm', '-f', name);
    await removed;
    await expect.poll(isWriting, PATIENCE).toBe(false);
    expect((await docker('images', '-qa')).split('\n').length - before.split('\n').length).toBeLessThanOrEqual(1);
  });
});
