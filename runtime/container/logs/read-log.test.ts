import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogOptions } from '../container-service.ts';
import { readLog } from './read-log.ts';
import { DirectoryWakeups, type Wakeups } from './wakeups.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  path = join(directory, 'x-json.log');
});
afterEach(() => rmSync(directory, { recursive: true }));

const base = 1_795_234_964;
const at = (second: number): bigint => BigInt(base + second) * 1_000_000_000n;
const line = (log: string, second = 0, stream = 'stdout') =>
  `${JSON.stringify({ log, stream, time: new Date((base + second) * 1000).toISOString().replace('.000', '') })}\n`;
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => line(`${from + index}\n`, from + index)).join('');

/** What the last follower has read so far. */
let seen = '';

async function read(options: Partial<LogOptions> = {}, wakeups: Wakeups | null = null): Promise<string> {
  let text = '';
  seen = '';
  for await (const batch of readLog(path, { stdout: true, stderr: true, follow: false, signal: new AbortController().signal, ...options }, wakeups)) {
    expect(batch.length).toBeGreaterThan(0);
    for (const entry of batch) text += Buffer.from(entry.data).toString();
    seen = text;
  }
  return text;
}

describe('readLog', () => {
  it('reads nothing from a log that is not there', async () => {
    expect(await read()).toBe('');
  });

  it('reads rotated files in order', async () => {
    writeFileSync(`${path}.2`, numbered(0, 3));
    writeFileSync(`${path}.1`, numbered(3, 5));
    writeFileSync(path, numbered(5, 6));
    expect(await read()).toBe('0\n1\n2\n3\n4\n5\n');
    expect(await read({ tail: 2 })).toBe('4\n5\n');
    expect(await read({ tail: 4 })).toBe('2\n3\n4\n5\n');
    expect(await read({ tail: 99 })).toBe('0\n1\n2\n3\n4\n5\n');
    expect(await read({ tail: 0 })).toBe('');
  });

  it('keeps one stream', async () => {
    writeFileSync(path, line('out\n') + line('err\n', 0, 'stderr'));
    expect(await read({ stderr: false })).toBe('out\n');
    expect(await read({ stdout: false })).toBe('err\n');
  });

  it('takes both ends of since and until', async () => {
    writeFileSync(path, numbered(0, 10));
    expect(await read({ since: at(3), until: at(5) })).toBe('3\n4\n5\n');
    expect(await read({ since: at(9) + 1n })).toBe('');
    expect(await read({ until: at(0) - 1n })).toBe('');
  });

  it('joins pieces, counts them as one line and keeps a last line without newline', async () => {
    writeFileSync(path, line('one\n') + line('lo') + line('ng\n') + line('$ '));
    expect(await read()).toBe('one\nlong\n$ ');
    expect(await read({ tail: 1 })).toBe('$ ');
    expect(await read({ tail: 2 })).toBe('long\n$ ');
  });

  it('skips torn and foreign lines and an unfinished end', async () => {
    writeFileSync(path, `${line('a\n')}{"log":"torn\n${line('b\n')}{"log":"unfin`);
    expect(await read()).toBe('a\nb\n');
  });

  it('finds the tail across blocks', async () => {
    writeFileSync(path, numbered(0, 20_000));
    const expected = Array.from({ length: 12_345 }, (_, index) => `${20_000 - 12_345 + index}\n`).join('');
    expect(await read({ tail: 12_345 })).toBe(expected);
    expect((await read()).length).toBe(Array.from({ length: 20_000 }, (_, index) => `${index}\n`).join('').length);
  });

  it('drops a line no monitor writes without keeping it', async () => {
    writeFileSync(path, `${line('a\n')}${'x'.repeat(3 * 2 ** 20)}\n${line('b\n')}`);
    expect(await read()).toBe('a\nb\n');
  });

  it('follows through a rotation to the end', async () => {
    writeFileSync(path, numbered(0, 2));
    using wakeups = new DirectoryWakeups(directory);
    const text = read({}, wakeups);
    await expect.poll(() => seen).toBe('0\n1\n');
    appendFileSync(path, numbered(2, 3));
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, numbered(3, 4));
    writeFileSync(path, numbered(4, 5));
    await expect.poll(() => seen).toBe('0\n1\n2\n3\n4\n');
    appendFileSync(path, numbered(5, 6));
    wakeups.end();
    expect(await text).toBe('0\n1\n2\n3\n4\n5\n');
  });

  it('reads past the one name that is free while files are being renamed', async () => {
    writeFileSync(`${path}.3`, numbered(0, 1));
    writeFileSync(`${path}.1`, numbered(1, 2));
    writeFileSync(path, numbered(2, 3));
    expect(await read()).toBe('0\n1\n2\n');
  });

  it('follows into a rotation whose new file is not there yet', async () => {
    writeFileSync(path, numbered(0, 3));
    using wakeups = new DirectoryWakeups(directory);
    const text = read({ tail: 1 }, wakeups);
    await expect.poll(() => seen).toBe('2\n');
    renameSync(path, `${path}.1`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    writeFileSync(path, numbered(3, 4));
    wakeups.end();
    expect(await text).toBe('2\n3\n');
  });

  it('selects by time although the clock was set back in between', async () => {
    writeFileSync(path, numbered(0, 6) + numbered(2, 4) + numbered(7, 8));
    expect(await read({ since: at(3) })).toBe('3\n4\n5\n3\n7\n');
    expect(await read({ until: at(2) })).toBe('0\n1\n2\n2\n');
    expect(await read({ since: at(3), until: at(5) })).toBe('3\n4\n5\n3\n');
    expect(await read({ tail: 4 })).toBe('5\n2\n3\n7\n');
    expect(await read({ tail: 4, since: at(3), until: at(6) })).toBe('5\n3\n');
  });

  it('reads lines with attributes, those it knows and others, with their tail', async () => {
    const attributed = (log: string, attrs: object): string => line(log).replace('"stream":"stdout",', `"stream":"stdout","attrs":${JSON.stringify(attrs)},`);
    writeFileSync(
      path,
      attributed('a\n', { tag: 'old' }) + attributed('lo', { tag: 'new' }) + attributed('ng\n', { tag: 'new' }) + attributed('x', { tag: 'old' }),
    );
    for (const attributes of ['', '"attrs":{"tag":"new"}']) {
      const text = async (options: Partial<LogOptions>): Promise<string> => {
        let all = '';
        const every = { stdout: true, stderr: true, follow: false, signal: new AbortController().signal, ...options };
        for await (const batch of readLog(path, every, null, attributes)) for (const entry of batch) all += Buffer.from(entry.data).toString();
        return all;
      };
      expect(await text({})).toBe('a\nlong\nx');
      expect(await text({ tail: 2 })).toBe('long\nx');
    }
  });

  it('ends although more is written than is read, without following and once that has ended', async () => {
    const some = numbered(0, 10_000);
    for (const ending of [null, { ended: true, next: () => Promise.resolve(), [Symbol.dispose]: () => undefined }]) {
      writeFileSync(path, some);
      let files = 0;
      let batches = 0;
      for await (const batch of readLog(path, { stdout: true, stderr: true, follow: false, signal: new AbortController().signal }, ending)) {
        if (++batches > 40) break;
        expect(batch.length).toBeGreaterThan(0);
        appendFileSync(path, some);
        if (ending !== null) renameSync(path, `${path}.${99 - ++files}`);
        if (ending !== null) writeFileSync(path, some);
      }
      expect(batches).toBeLessThan(40);
    }
  });

  it('stops following when it is aborted', async () => {
    writeFileSync(path, numbered(0, 1));
    using wakeups = new DirectoryWakeups(directory);
    const controller = new AbortController();
    const text = read({ signal: controller.signal }, wakeups);
    setTimeout(() => controller.abort(new Error('client is gone')), 20);
    await expect(text).rejects.toThrow('client is gone');
  });
});
