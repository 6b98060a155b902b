import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { DirectoryAnswer, FileAnswer } from './types/files.ts';

const IMAGE = 'demo/busybox:1';
const CHANGES = [
  'echo changed > /srv/old',
  'rm /srv/gone',
  'echo new > /srv/added',
  'rm -r /srv/dir && mkdir /srv/dir && echo x > /srv/dir/fresh',
  'echo y > /srv/deep/a/b/file',
  'touch "/srv/$(printf \'n\\377me\')"',
  'ln -s /etc/passwd /srv/link',
  'ln -s /srv/deep /srv/way',
].join(' && ');

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start();
  await engine.loadBusybox(IMAGE, {
    entries: [
      { header: { name: 'srv/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/old' }, data: 'old' },
      { header: { name: 'srv/same' }, data: 'same' },
      { header: { name: 'srv/gone' }, data: 'gone' },
      { header: { name: 'srv/dir/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/dir/lower' }, data: 'lower' },
      { header: { name: 'srv/quiet/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/quiet/file' }, data: 'quiet' },
      { header: { name: 'srv/deep/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/deep/a/', type: 'directory', mode: 0o755 } },
      { header: { name: 'srv/deep/a/b/', type: 'directory', mode: 0o755 } },
    ],
  });
  const script = `${CHANGES} && echo ready && exec sleep 1000`;
  const options = ['--init', '--network', 'none', '-v', 'data:/data', '--tmpfs', '/scratch'];
  await engine.dockerOutput('run', '-d', '--name', 'running', ...options, IMAGE, 'sh', '-c', script);
  await vi.waitFor(async () => expect(await engine.dockerOutput('logs', 'running')).toContain('ready'), { timeout: 30_000 });
  await engine.dockerOutput('run', '--name', 'stopped', '--network', 'none', '-v', 'data:/data', IMAGE, 'sh', '-c', CHANGES);
  await engine.dockerOutput('run', '--name', 'sealed', '--network', 'none', '--read-only', '-v', 'data:/data', IMAGE, 'true');
}, 120_000);
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

function send(method: string, path: string, body?: Buffer | string): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: engine.socket, method, path: `/slipway/v1/containers/${path}` }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const list = async (path: string): Promise<DirectoryAnswer> => JSON.parse((await send('GET', path)).body.toString()) as DirectoryAnswer;
const stat = async (path: string): Promise<FileAnswer> => JSON.parse((await send('GET', path)).body.toString()) as FileAnswer;
const text = async (path: string): Promise<string> => (await send('GET', path)).body.toString();
const refused = async (method: string, path: string, body?: string): Promise<unknown[]> => {
  const { status, body: answer } = await send(method, path, body);
  return [status, (JSON.parse(answer.toString()) as { message: string }).message];
};

describe.skipIf(!canRunDocker).each(['running', 'stopped'])('files of a %s container', (name) => {
  it('are listed with how they differ from the image', async () => {
    const { Path, IsMounted, Entries } = await list(`${name}/files?path=/srv`);
    expect([Path, IsMounted]).toEqual(['/srv', false]);
    expect(Object.fromEntries(Entries.map((entry) => [entry.Name, entry.Change]))).toEqual({
      added: 'added',
      deep: 'modified',
      dir: 'modified',
      gone: 'deleted',
      link: 'added',
      'n\\xffme': 'added',
      old: 'modified',
      quiet: '',
      same: '',
      way: 'added',
    });
    expect(Entries.find(({ Name }) => Name === 'gone')).toMatchObject({ Type: 'file', Size: 4 });
    expect(Entries.filter(({ IsEscaped }) => IsEscaped).map(({ Name }) => Name)).toEqual(['n\\xffme']);
    const asked = encodeURIComponent('/srv/n\\xffme');
    expect(await stat(`${name}/stat?path=${asked}`)).toMatchObject({ Path: '/srv/n\\xffme', Name: 'n\\xffme', IsEscaped: true, Type: 'file' });
    const inside = await list(`${name}/files?path=/srv/dir`);
    expect(inside.Entries.map(({ Name, Change }) => [Name, Change])).toEqual([
      ['fresh', 'added'],
      ['lower', 'deleted'],
    ]);
    const behind = await list(`${name}/files?path=/srv/way/a`);
    expect([behind.Path, behind.Entries]).toMatchObject(['/srv/deep/a', [{ Name: 'b', Change: 'modified' }]]);
  });

  it('show no difference where the engine alone has been', async () => {
    const { Entries } = await list(`${name}/files?path=/`);
    expect(Entries.filter(({ Change }) => Change !== '').map(({ Name }) => Name)).toEqual(name === 'running' ? ['data', 'scratch', 'srv'] : ['data', 'srv']);
    expect(Entries.find(({ Name }) => Name === 'data')).toMatchObject({ IsMount: true });
    expect(await list(`${name}/files?path=/data`)).toMatchObject({ IsMounted: true });
  });

  it('are sorted, matched and paged', async () => {
    const page = await list(`${name}/files?path=/srv&sort=size&order=desc&match=E&limit=2&offset=2`);
    // added, deep, gone, n\xffme, quiet, same, of which the directories are the largest.
    expect([page.Total, page.Entries.length]).toEqual([6, 2]);
    expect(page.Entries.every(({ Type }) => Type === 'file')).toBe(true);
    expect(await refused('GET', `${name}/files?sort=colour`)).toEqual([400, 'sort: "colour" is none of name, size, modified']);
  });

  it('are looked at, read in part, written, renamed and removed', async () => {
    const base = `/srv/w-${name}`;
    expect((await send('POST', `${name}/directories?path=${base}`)).status).toBe(204);
    expect((await send('PUT', `${name}/file?path=${base}/one&version=`, '0123456789')).status).toBe(204);
    expect(await refused('PUT', `${name}/file?path=${base}/one&version=`, 'x')).toEqual([409, `exists: "${base}/one"`]);
    expect(await text(`${name}/file?path=${base}/one&offset=3&length=4`)).toBe('3456');
    expect(await text(`${name}/file?path=${base}/one&offset=100`)).toBe('');
    const { Version, Type, Mode } = await stat(`${name}/stat?path=${base}/one`);
    expect([Type, Mode]).toEqual(['file', 0o644]);
    expect((await send('PUT', `${name}/file?path=${base}/one&version=${Version}`, 'first')).status).toBe(204);
    expect(await refused('PUT', `${name}/file?path=${base}/one&version=${Version}`, 'second')).toEqual([409, `changed meanwhile: "${base}/one"`]);
    expect(await text(`${name}/file?path=${base}/one`)).toBe('first');
    expect((await send('POST', `${name}/rename?path=${base}/one&to=${base}/two`)).status).toBe(204);
    expect(await refused('PUT', `${name}/file?path=${base}/one&version=${Version}`, 'x')).toEqual([409, `deleted meanwhile: "${base}/one"`]);
    expect(await refused('POST', `${name}/rename?path=${base}/two&to=/srv/same`)).toEqual([409, 'exists: "/srv/same"']);
    expect((await refused('POST', `${name}/rename?path=${base}/none&to=${base}/x`))[0]).toBe(404);
    expect((await send('DELETE', `${name}/files?path=${base}`)).status).toBe(204);
    expect((await send('GET', `${name}/stat?path=${base}`)).status).toBe(404);
  });

  it('are followed by links inside the container alone', async () => {
    expect(await stat(`${name}/stat?path=/srv/link`)).toMatchObject({ Type: 'link', LinkTarget: '/etc/passwd', Path: '/srv/link' });
    expect(await stat(`${name}/stat?path=/srv/link&follow=1`)).toMatchObject({ Type: 'file', Path: '/etc/passwd', Name: 'passwd' });
    const own = await text(`${name}/file?path=/etc/passwd`);
    expect(await text(`${name}/file?path=/srv/link`)).toBe(own);
    expect(await text(`${name}/file?path=../../../../../../etc/passwd`)).toBe(own);
  });

  it('come and go as archives', async () => {
    const { body } = await send('GET', `${name}/archive?path=/srv/quiet`);
    expect(execFileSync('tar', ['-t'], { input: body }).toString()).toBe('quiet/\nquiet/file\n');
    expect((await send('PUT', `${name}/archive?path=/tmp`, body)).status).toBe(204);
    expect(await text(`${name}/file?path=/tmp/quiet/file`)).toBe('quiet');
    expect((await send('DELETE', `${name}/files?path=/tmp/quiet`)).status).toBe(204);
  });

  it('are kept from being taken away under a mount', async () => {
    const words = 'something is mounted at "/data" or below it: it stays where it is';
    expect(await refused('DELETE', `${name}/files?path=/data`)).toEqual([409, words]);
    expect(await refused('POST', `${name}/rename?path=/data&to=/moved`)).toEqual([409, words]);
    expect((await refused('PUT', `${name}/file?path=/etc/hosts`, 'x'))[0]).toBe(409);
    expect(await list(`${name}/files?path=/data`)).toMatchObject({ IsMounted: true });
  });

  it('of a volume are the same from either side', async () => {
    expect((await send('PUT', `${name}/file?path=/data/by-${name}`, 'shared')).status).toBe(204);
    const { Entries } = (await engine.call('GET', '/slipway/v1/volumes/data/files')).json as DirectoryAnswer;
    expect(Entries.map(({ Name }) => Name)).toContain(`by-${name}`);
  });
});

describe.skipIf(!canRunDocker)('files of a container whose root is read-only', () => {
  it('are read, and written in its volumes alone', async () => {
    expect(await text('sealed/file?path=/srv/same')).toBe('same');
    const words = 'container rootfs is marked read-only';
    expect(await refused('PUT', 'sealed/file?path=/srv/same', 'x')).toEqual([403, words]);
    expect(await refused('POST', 'sealed/directories?path=/new')).toEqual([403, words]);
    expect(await refused('DELETE', 'sealed/files?path=/srv/same')).toEqual([403, words]);
    expect(await refused('POST', 'sealed/rename?path=/srv/same&to=/srv/x')).toEqual([403, words]);
    expect((await send('PUT', 'sealed/file?path=/data/ok', 'x')).status).toBe(204);
  });
});

it.skipIf(!canRunDocker)('says which container there is none of', async () => {
  expect(await refused('GET', 'nobody/files')).toEqual([404, 'No such container: nobody']);
});
