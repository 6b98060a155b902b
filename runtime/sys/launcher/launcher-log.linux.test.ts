import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Finished, LauncherRig } from '../../testkit/launcher-rig.ts';
import { MNT, MS } from '../constants.ts';
import { createLinuxSyscalls } from '../linux-syscalls.ts';

const STAMP = /,"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z"\}$/;

/** The lines of a log without their times, whose form is checked. */
function lines(path: string): string[] {
  const text = readFileSync(path, 'latin1');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      expect(line).toMatch(STAMP);
      return Buffer.from(line.replace(STAMP, ''), 'latin1').toString();
    });
}

/** Runs a program that writes exactly `bytes` to stdout, and answers its log lines. */
async function logOf(bytes: string | Uint8Array, script = 'cat /tmp/bytes'): Promise<string[]> {
  await using rig = await LauncherRig.open();
  writeFileSync(`${rig.rootfs}/tmp/bytes`, bytes);
  const path = `${rig.directory}/json.log`;
  await rig.run(script, { log: { path, maxSize: 0, maxFiles: 1, attributes: '' } });
  return lines(path);
}

const stdout = (log: string): string => `{"log":"${log}","stream":"stdout"`;

describe('the json-file log', () => {
  it('has one object a line, each stream by its name', async () => {
    expect(await logOf('', 'echo one; echo two >&2; echo; echo three')).toEqual(
      expect.arrayContaining([stdout('one\\n'), '{"log":"two\\n","stream":"stderr"', stdout('\\n'), stdout('three\\n')]),
    );
  });

  it('escapes what Docker escapes, and nothing else', async () => {
    expect(await logOf('a"b\\c\td\re<f>g&h\u0001\u001b[0m\u007f/é€😀\u2028\u2029\n')).toEqual([
      stdout('a\\"b\\\\c\\u0009d\\re\\u003cf\\u003eg\\u0026h\\u0001\\u001b[0m\u007f/é€😀\\u2028\\u2029\\n'),
    ]);
  });

  it('replaces each byte that is not UTF-8, as the Go decoder counts them', async () => {
    const bad = [0xff, 0x41, 0xc3, 0x28, 0xe2, 0x82, 0x41, 0xed, 0xa0, 0x80, 0xc0, 0xaf, 0xf4, 0x90, 0x80, 0x80, 0x0a];
    const u = '\\ufffd';
    expect(await logOf(Uint8Array.from(bad))).toEqual([stdout(`${u}A${u}(${u}${u}A${u.repeat(3)}${u.repeat(2)}${u.repeat(4)}\\n`)]);
  });

  it('keeps an end without a newline', async () => {
    expect(await logOf('one\ntwo')).toEqual([stdout('one\\n'), stdout('two')]);
  });

  it('cuts a long line every 16 KiB, wherever that is', async () => {
    expect(await logOf(`${'x'.repeat(40_000)}\ny\n`)).toEqual([
      stdout('x'.repeat(16_384)),
      stdout('x'.repeat(16_384)),
      stdout(`${'x'.repeat(40_000 - 32_768)}\\n`),
      stdout('y\\n'),
    ]);
    expect(await logOf(`${'x'.repeat(16_384)}\n`)).toEqual([stdout('x'.repeat(16_384)), stdout('\\n')]);
    const wide = await logOf(`${'x'.repeat(16_383)}é\n`);
    expect(wide).toEqual([stdout(`${'x'.repeat(16_383)}\\ufffd`), stdout('\\ufffd\\n')]);
  });

  it('puts a line that comes in pieces together', async () => {
    expect(await logOf('', 'printf a; usleep 30000; printf b; usleep 30000; echo c')).toEqual([stdout('abc\\n')]);
  });

  it('rotates to the number of files asked for and loses no line among those', async () => {
    await using rig = await LauncherRig.open();
    const path = `${rig.directory}/json.log`;
    await rig.run('seq 1 1000', { log: { path, maxSize: 10_000, maxFiles: 3, attributes: '' } });
    expect(existsSync(`${path}.3`)).toBe(false);
    const kept = [`${path}.2`, `${path}.1`, path].flatMap(lines).map((line) => Number(/"log":"(\d+)/.exec(line)?.[1]));
    expect(kept.at(-1)).toBe(1000);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 1001 - kept.length + index));
    expect(readFileSync(`${path}.1`).length).toBeGreaterThanOrEqual(10_000);
    expect(readFileSync(`${path}.1`).length).toBeLessThan(10_200);
  });

  it('continues a file that is there', async () => {
    await using rig = await LauncherRig.open();
    const path = `${rig.directory}/json.log`;
    const log = { path, maxSize: 0, maxFiles: 1, attributes: '' };
    await rig.run('echo first', { log });
    await rig.run('echo second', { log });
    expect(lines(path)).toEqual([stdout('first\\n'), stdout('second\\n')]);
  });

  it('is emptied with its rotated files while a line is half written, on a full disk too, and goes on in a new file', async () => {
    await using rig = await LauncherRig.open();
    const disk = `${rig.directory}/disk`;
    const path = `${disk}/json.log`;
    mkdirSync(disk);
    const syscalls = createLinuxSyscalls();
    syscalls.mount('tmpfs', disk, 'tmpfs', MS.NOSUID, 'size=64k');
    try {
      const script = 'seq 1 10000; printf half; touch /tmp/full; until [ -e /tmp/go ]; do usleep 5000; done; echo " a line"';
      const handle = await rig.start(script, { log: { path, maxSize: 20_000, maxFiles: 8, attributes: '' } });
      await expect.poll(() => existsSync(`${rig.rootfs}/tmp/full`), { timeout: 30_000 }).toBe(true);
      expect(readdirSync(disk).length).toBeGreaterThan(2);
      const open = openSync(path, 'r');
      const size = fstatSync(open).size;
      await handle.emptyLog();
      await handle.emptyLog();
      expect([readdirSync(disk), statSync(path).size, fstatSync(open).size]).toEqual([['json.log'], 0, size]);
      closeSync(open);
      writeFileSync(`${rig.rootfs}/tmp/go`, '');
      await handle.exited;
      expect(lines(path)).toEqual([stdout('half a line\\n')]);
      await handle.acknowledgeExit();
      await expect(handle.emptyLog()).rejects.toMatchObject({ kind: 'NotFound' });
    } finally {
      syscalls.umount2(disk, MNT.DETACH);
    }
  });

  it('does not follow a link planted in its place', async () => {
    await using rig = await LauncherRig.open();
    symlinkSync(`${rig.directory}/elsewhere`, `${rig.directory}/json.log`);
    await expect(rig.prepare({ log: { path: `${rig.directory}/json.log`, maxSize: 0, maxFiles: 1, attributes: '' } })).rejects.toMatchObject({
      details: { step: 'log', errno: 'ELOOP', path: `${rig.directory}/json.log` },
    });
    expect(existsSync(`${rig.directory}/elsewhere`)).toBe(false);
  });

  it('lets the container run on a full disk, counts what it lost and keeps whole lines only', async () => {
    await using rig = await LauncherRig.open();
    const disk = `${rig.directory}/disk`;
    mkdirSync(disk);
    const syscalls = createLinuxSyscalls();
    syscalls.mount('tmpfs', disk, 'tmpfs', MS.NOSUID, 'size=64k');
    let result: Finished;
    try {
      result = await rig.run('i=0; while [ $i -lt 2000 ]; do echo line $i with some more text behind it; i=$((i+1)); done; exit 3', {
        log: { path: `${disk}/json.log`, maxSize: 0, maxFiles: 1, attributes: '' },
      });
      const kept = lines(`${disk}/json.log`);
      expect(kept.length).toBeGreaterThan(100);
      expect(kept.length).toBeLessThan(2000);
    } finally {
      syscalls.umount2(disk, MNT.DETACH);
    }
    expect(result.exit.code).toBe(3);
    expect(result.stdout.split('\n').length).toBe(2001);
    const record = JSON.parse(readFileSync(`${rig.directory}/run-1/exit.json`, 'utf8')) as { logDropped: number };
    expect(record.logDropped).toBeGreaterThan(0);
  });
});
