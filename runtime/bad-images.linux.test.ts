import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, EngineProcess } from './testkit/engine-process.ts';
import { type ArchiveOptions, busyboxEntries, imageArchive, type TarEntry, tarOf } from './testkit/image-archives.ts';

let directory: string;
let outside: string;
let engine: EngineProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slw-'));
  outside = `${directory}/outside`;
  mkdirSync(outside);
  engine = await EngineProcess.start(directory);
});
afterAll(async () => {
  await engine.end('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

const link = (name: string, linkname: string): TarEntry => ({ header: { name, type: 'symlink', linkname } });
const without = (...names: string[]): TarEntry[] => busyboxEntries().filter(({ header }) => !names.includes(header.name.replace(/\/$/, '')));

async function load(entries: readonly TarEntry[], options: ArchiveOptions = {}): Promise<Answer> {
  return await engine.api('POST', '/images/load', await imageArchive([await tarOf(entries)], 'bad:1', options));
}

/** What the start answered, and the log of what ran. */
async function run(config: object = {}): Promise<{ readonly started: Answer; readonly output: string; readonly warnings: readonly string[] }> {
  const created = await engine.api('POST', '/containers/create?name=bad', { Image: 'bad:1', HostConfig: { NetworkMode: 'none' }, ...config });
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  const started = await engine.api('POST', '/containers/bad/start');
  if (started.status === 204) await engine.api('POST', '/containers/bad/wait');
  const output = (await engine.api('GET', '/containers/bad/logs?stdout=1&stderr=1')).text.replace(/[^\n -~]/g, '');
  expect((await engine.api('DELETE', '/containers/bad?force=1')).status).toBe(204);
  return { started, output, warnings: (created.json as { Warnings: string[] }).Warnings };
}

describe('an image whose root file system is made to mislead', () => {
  it.each([
    ['proc', '/etc'],
    ['proc', '../../../../..'],
    ['dev', '/tmp'],
    ['sys', '/'],
  ])('has its /%s a link to %s: it is not mounted there', async (name, target) => {
    expect((await load([...without(name), link(name, target)])).status).toBe(200);
    const { started } = await run({ Cmd: ['true'] });
    expect([started.status, started.text]).toEqual([500, expect.stringContaining(`mount: /${name}: not a directory`)]);
  });

  it('has a file for /proc', async () => {
    await load([...without('proc'), { header: { name: 'proc' }, data: 'x' }]);
    expect((await run({ Cmd: ['true'] })).started.text).toContain('mount: /proc: not a directory');
  });

  it('has dangling links where the engine puts its files: they are followed inside', async () => {
    await load([...busyboxEntries(), link('etc/resolv.conf', `${outside}/resolv.conf`), link('etc/hosts', '../../../../run/one'), link('run/one', 'two')]);
    const { started, output } = await run({ Cmd: ['sh', '-c', `ls -A ${outside}; grep -c localhost /etc/hosts /run/two`] });
    expect([started.status, output]).toEqual([204, 'resolv.conf\n/etc/hosts:2\n/run/two:2\n']);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('has links in a circle there', async () => {
    await load([...busyboxEntries(), link('etc/hosts', 'hosts')]);
    expect((await run({ Cmd: ['true'] })).started.text).toContain('bind: /etc/hosts: too many levels of symbolic links');
  });

  it('has a device node of the disk: it is there and cannot be opened', async () => {
    await load([...busyboxEntries(), { header: { name: 'disk', type: 'block-device', devmajor: 254, devminor: 0, mode: 0o666 } }]);
    const { output } = await run({ Cmd: ['sh', '-c', 'test -b /disk && head -c1 /disk'] });
    expect(output).toMatch(/Operation not permitted/);
  });
});

describe('an image for another machine', () => {
  it('is warned of, and its programs are refused by the kernel', async () => {
    // The head of an ELF program for a machine that nobody has.
    const program = Buffer.alloc(64);
    program.write('\x7fELF\x02\x01\x01', 'latin1');
    program.writeUInt16LE(2, 16);
    program.writeUInt16LE(0xfeed, 18);
    await load([...busyboxEntries(), { header: { name: 'bin/foreign', mode: 0o755 }, data: program }], { architecture: 's390x' });
    const { started, warnings } = await run({ Cmd: ['/bin/foreign'] });
    expect(warnings).toEqual([expect.stringContaining("image's platform (linux/s390x) does not match the detected host platform (linux/")]);
    expect([started.status, started.text]).toEqual([400, expect.stringContaining('exec /bin/foreign: exec format error')]);
    // 404, upon which clients pull it for that platform.
    const other = await engine.api('POST', '/containers/create?platform=linux/arm64', { Image: 'bad:1' });
    expect([other.status, other.text]).toEqual([404, expect.stringContaining('does not match the specified platform')]);
  });
});

describe('a working directory', () => {
  it('that is missing is made, as Docker does; a file or a relative path is refused', async () => {
    await load(busyboxEntries());
    expect((await run({ Cmd: ['pwd'], WorkingDir: '/made/for/it' })).output).toBe('/made/for/it\n');
    expect((await run({ Cmd: ['pwd'], WorkingDir: '/etc/passwd' })).started.text).toContain('not a directory');
    expect((await engine.api('POST', '/containers/create', { Image: 'bad:1', WorkingDir: 'etc' })).text).toContain('it needs to be an absolute path');
  });
});

describe('an image that does not arrive whole leaves nothing', () => {
  const stored = (): unknown => [
    readdirSync(`${directory}/root/layers`).length,
    ...['ingest', 'trash', 'snapshots'].map((name) => readdirSync(`${directory}/root/${name}`)),
  ];

  it('cut off, or by a client that goes away', async () => {
    const archive = await imageArchive([await tarOf([...busyboxEntries(), { header: { name: 'new' }, data: 'new' }])], 'half:1');
    // What the tests before have removed is deleted in the background.
    const layers = readdirSync(`${directory}/root/layers`).length;
    await expect.poll(stored).toEqual([layers, [], [], []]);
    expect((await engine.api('POST', '/images/load', archive.subarray(0, 700_000))).text).toContain('unexpected end of the archive');
    await engine.abandoned('POST', '/images/load', archive.subarray(0, 700_000));
    expect((await engine.api('GET', '/images/half:1/json')).status).toBe(404);
    await expect.poll(stored).toEqual([layers, [], [], []]);
  });
});
