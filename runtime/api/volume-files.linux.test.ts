import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealEngine } from '../testkit/real-engine.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: needs root');

let engine: RealEngine;
let place: string;
beforeAll(async () => {
  if (!isRoot) return;
  engine = await RealEngine.start();
  place = ((await engine.call('POST', '/volumes/create', { Name: 'data', Labels: { a: 'b' } })).json as { Mountpoint: string }).Mountpoint;
});
afterAll(async () => {
  if (isRoot) await engine[Symbol.asyncDispose]();
});

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/** `cutAfter`: the client goes away once it has sent its body. */
function send(method: string, path: string, body?: Buffer | string, cutAfter = false): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: engine.socket, method, path: `/slipway/v1/volumes/${path}` }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    if (cutAfter) sent.write(body ?? '', () => setTimeout(() => sent.destroy(new Error('cut')), 200));
    else sent.end(body);
  });
}
const refused = async (method: string, path: string, body?: string): Promise<unknown[]> => {
  const { status, body: text } = await send(method, path, body);
  return [status, (JSON.parse(text.toString()) as { message: string }).message];
};
async function names(path: string, volume = 'data'): Promise<string[]> {
  const { body } = await send('GET', `${volume}/files?path=${encodeURIComponent(path)}`);
  return (JSON.parse(body.toString()) as { Entries: { Name: string }[] }).Entries.map(({ Name }) => Name);
}

describe.skipIf(!isRoot)('files of volumes', () => {
  it('are listed by name, a page at a time', async () => {
    mkdirSync(`${place}/list/dir`, { recursive: true });
    writeFileSync(`${place}/list/b.txt`, 'text', { mode: 0o640 });
    symlinkSync('b.txt', `${place}/list/link`);
    const { body } = await send('GET', 'data/files?path=/list&limit=2&offset=0');
    expect(JSON.parse(body.toString())).toMatchObject({
      Total: 3,
      Entries: [
        { Name: 'b.txt', Type: 'file', Mode: 0o640, Size: 4, Uid: 0 },
        { Name: 'dir', Type: 'directory' },
      ],
    });
    const rest = JSON.parse((await send('GET', 'data/files?path=list&offset=2')).body.toString()) as { Entries: unknown[] };
    expect(rest.Entries).toMatchObject([{ Name: 'link', Type: 'link', LinkTarget: 'b.txt' }]);
    expect(await refused('GET', 'data/files?path=/none')).toEqual([404, 'no such file or directory: "/none"']);
    expect(await refused('GET', 'data/files?path=/list/b.txt')).toEqual([400, 'not a directory: "/list/b.txt"']);
    expect((await refused('GET', 'nobody/files'))[0]).toBe(404);
  });

  it('are made and removed', async () => {
    expect((await send('POST', 'data/directories?path=/made')).status).toBe(204);
    expect(await refused('POST', 'data/directories?path=/made')).toEqual([409, 'exists: "/made"']);
    expect(await refused('POST', 'data/directories?path=/')).toEqual([400, 'invalid path: "/"']);
    writeFileSync(`${place}/made/file`, '');
    expect((await send('DELETE', 'data/files?path=/made')).status).toBe(204);
    expect(existsSync(`${place}/made`)).toBe(false);
    expect((await refused('DELETE', 'data/files?path=/made'))[0]).toBe(404);
    expect((await refused('DELETE', 'data/files?path=/..'))[0]).toBe(400);
  });

  it('are read and written, as they were owned', async () => {
    writeFileSync(`${place}/owned`, 'old');
    chownSync(`${place}/owned`, 1000, 1001);
    chmodSync(`${place}/owned`, 0o4750);
    const content = Buffer.alloc(3_000_000, 'x');
    expect((await send('PUT', 'data/file?path=/owned', content)).status).toBe(204);
    expect(statSync(`${place}/owned`)).toMatchObject({ uid: 1000, gid: 1001, size: content.length, mode: 0o104750 });
    expect((await send('GET', 'data/file?path=/owned')).body.equals(content)).toBe(true);
    expect((await send('PUT', 'data/file?path=/fresh', '')).status).toBe(204);
    expect(statSync(`${place}/fresh`)).toMatchObject({ uid: 0, mode: 0o100644, size: 0 });
  });

  it('stay as they were when the client goes in the middle', async () => {
    writeFileSync(`${place}/kept`, 'whole');
    await expect(send('PUT', 'data/file?path=/kept', 'hal', true)).rejects.toThrow('cut');
    await expect.poll(() => readdirSync(place).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(readFileSync(`${place}/kept`, 'utf8')).toBe('whole');
  });

  it('are never reached outside of their volume, nor waited for', async () => {
    mkdirSync(`${place}/evil`);
    symlinkSync('/etc', `${place}/evil/etc`);
    symlinkSync('/etc/passwd', `${place}/evil/passwd`);
    execFileSync('mkfifo', [`${place}/evil/fifo`]);
    expect((await send('GET', 'data/file?path=/evil/passwd')).status).toBe(404);
    expect((await send('GET', 'data/file?path=/evil/etc/hostname')).status).toBe(404);
    expect((await send('GET', 'data/file?path=../../../../../../etc/passwd')).status).toBe(404);
    expect((await send('PUT', 'data/file?path=/evil/etc/planted', 'x')).status).toBe(404);
    expect(await refused('GET', 'data/file?path=/evil/fifo')).toEqual([400, 'not a regular file: "/evil/fifo"']);
    expect(await refused('PUT', 'data/file?path=/evil/fifo', 'x')).toEqual([400, 'not a regular file: "/evil/fifo"']);
    expect((await send('DELETE', 'data/files?path=/evil')).status).toBe(204);
    expect(existsSync('/etc/planted')).toBe(false);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  it('are looked at, renamed and measured', async () => {
    mkdirSync(`${place}/named`);
    writeFileSync(`${place}/named/one`, 'x'.repeat(5000));
    const { Version, ...seen } = JSON.parse((await send('GET', 'data/stat?path=/named/one')).body.toString()) as { Version: string };
    expect(seen).toMatchObject({ Name: 'one', Path: '/named/one', Type: 'file', Size: 5000, Change: '', IsMount: false });
    expect((await send('POST', 'data/rename?path=/named/one&to=/named/two')).status).toBe(204);
    expect(readdirSync(`${place}/named`)).toEqual(['two']);
    expect(await refused('POST', 'data/rename?path=/named/none&to=/x')).toEqual([404, 'no such file or directory: "/named/none"']);
    expect(await refused('PUT', `data/file?path=/named/two&version=1-1`, 'y')).toEqual([409, 'changed meanwhile: "/named/two"']);
    expect((await send('PUT', `data/file?path=/named/two&version=${Version}`, 'y')).status).toBe(204);
    const { Size } = JSON.parse((await send('GET', 'data/size')).body.toString()) as { Size: number };
    expect(Size).toBeGreaterThan(0);
    expect((await refused('GET', 'nobody/size'))[0]).toBe(404);
  });

  it('come and go as archives', async () => {
    mkdirSync(`${place}/tree/sub`, { recursive: true });
    writeFileSync(`${place}/tree/sub/file`, 'content');
    const { body } = await send('GET', 'data/archive?path=/tree/sub');
    expect(execFileSync('tar', ['-t'], { input: body }).toString()).toBe('sub/\nsub/file\n');
    mkdirSync(`${place}/copy`);
    expect((await send('PUT', 'data/archive?path=/copy', body)).status).toBe(204);
    const several = await send('GET', 'data/archive?path=/tree/sub&path=/copy');
    const names = execFileSync('tar', ['-tf', '-'], { input: several.body }).toString().split('\n');
    expect(names).toEqual(expect.arrayContaining(['sub/', 'copy/', 'copy/sub/']));
    expect((await send('GET', 'data/archive?path=/tree/sub&path=')).status).toBe(400);
    expect(readFileSync(`${place}/copy/sub/file`, 'utf8')).toBe('content');
    expect((await send('PUT', 'data/archive?path=/copy', Buffer.alloc(1000, 'x'))).status).toBe(400);
  });

  it('are reached by names that are not UTF-8, as they are listed', async () => {
    const bytes = (name: string): Buffer => Buffer.from(`${place}/odd/${name}`, 'latin1');
    const asked = (path: string): string => encodeURIComponent(`/odd/${path}`);
    mkdirSync(bytes('d\xe9'), { recursive: true });
    writeFileSync(bytes('caf\xe9'), 'bytes');
    writeFileSync(bytes('caf\\xe9'), 'letters');
    expect(await names('/odd')).toEqual(['caf\\x5cxe9', 'caf\\xe9', 'd\\xe9']);
    expect((await send('GET', 'data/files?path=/odd&match=%5Cxe9')).body.toString()).toContain('"Total":2');
    const contents = ['caf\\xe9', 'caf\\x5cxe9'].map(async (name) => (await send('GET', `data/file?path=${asked(name)}`)).body.toString());
    expect(await Promise.all(contents)).toEqual(['bytes', 'letters']);
    expect((await send('PUT', `data/file?path=${asked('caf\\xe9')}`, 'changed')).status).toBe(204);
    expect((await send('PUT', `data/file?path=${asked('d\\xe9/new\\xff')}&version=`, 'new')).status).toBe(204);
    expect((await send('POST', `data/directories?path=${asked('d\\xe9/sub\\xe9')}`)).status).toBe(204);
    expect([readFileSync(bytes('caf\xe9'), 'utf8'), readFileSync(bytes('d\xe9/new\xff'), 'utf8'), existsSync(bytes('d\xe9/sub\xe9'))]).toEqual([
      'changed',
      'new',
      true,
    ]);
    const several = await send('GET', `data/archive?path=${asked('d\\xe9')}&path=${asked('caf\\xe9')}`);
    const listed = execFileSync('tar', ['-tf', '-', '--quoting-style=literal'], { input: several.body }).toString('latin1').split('\n');
    expect(listed).toEqual(expect.arrayContaining(['d\xe9/new\xff', 'd\xe9/sub\xe9/', 'caf\xe9']));
    expect((await send('POST', `data/rename?path=${asked('caf\\xe9')}&to=${asked('th\\xe9')}`)).status).toBe(204);
    expect((await send('DELETE', `data/files?path=${asked('d\\xe9')}`)).status).toBe(204);
    expect(await names('/odd')).toEqual(['caf\\x5cxe9', 'th\\xe9']);
    expect(await refused('DELETE', `data/files?path=${asked('caf\\xe9')}`)).toEqual([404, 'no such file or directory: "/odd/caf\\\\xe9"']);
  });

  it('are exported, imported and cloned, all or nothing', async () => {
    const exported = (await send('GET', 'data/export')).body;
    const made = await send('POST', 'imported/import', exported);
    expect([made.status, JSON.parse(made.body.toString())]).toMatchObject([201, { Name: 'imported' }]);
    expect(await names('/', 'imported')).toEqual(await names('/'));
    expect(await refused('POST', 'imported/import', '')).toEqual([409, 'volume imported exists']);
    const clone = (Name?: string) => engine.call('POST', '/slipway/v1/volumes/data/clone', { Name });
    const twin = await clone('twin');
    expect([twin.status, twin.json]).toMatchObject([201, { Name: 'twin', Labels: { a: 'b' } }]);
    expect((await send('GET', 'twin/file?path=/owned')).body).toHaveLength(3_000_000);
    expect(statSync(place.replace('/data/', '/twin/').concat('/owned'))).toMatchObject({ uid: 1000, mode: 0o104750 });
    expect((await send('POST', 'broken/import', Buffer.alloc(2000, 'x'))).status).toBe(400);
    expect((await engine.call('GET', '/volumes/broken')).status).toBe(404);
    expect((await clone()).status).toBe(400);
    expect((await clone('../x')).status).toBe(400);
    expect((await clone('twin')).status).toBe(409);
  });

  it('are not there for a tmpfs, and are the host’s for a bind', async () => {
    await engine.call('POST', '/volumes/create', { Name: 'memory', DriverOpts: { type: 'tmpfs', device: 'tmpfs' } });
    expect((await refused('GET', 'memory/files'))[0]).toBe(501);
    await engine.call('POST', '/volumes/create', { Name: 'bound', DriverOpts: { type: 'none', o: 'bind', device: `${place}/tree` } });
    expect(await names('/', 'bound')).toEqual(['sub']);
  });
});
