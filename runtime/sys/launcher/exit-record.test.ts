import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeExit, readExitFile } from './exit-record.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-exit-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('exit records', () => {
  it('are read from a frame at any offset', () => {
    const payload = Buffer.alloc(24);
    payload.writeUInt32LE(137, 4);
    payload.writeUInt32LE(9, 8);
    payload.writeUInt32LE(1, 12);
    payload.writeBigUInt64LE(1_700_000_000_123_456_789n, 16);
    expect(decodeExit(payload, 4)).toEqual({ code: 137, signal: 9, oomKilled: true, timeNano: 1_700_000_000_123_456_789n });
    expect(() => decodeExit(payload.subarray(0, 23), 4)).toThrow(RangeError);
  });

  it('are read from the file a monitor left, with times beyond the exact numbers', async () => {
    writeFileSync(join(directory, 'exit.json'), '{"code":0,"signal":0,"oom":false,"time":"1700000000123456789","logDropped":0}\n');
    expect(await readExitFile(directory)).toEqual({ code: 0, signal: 0, oomKilled: false, timeNano: 1_700_000_000_123_456_789n });
  });

  it('are absent when there is no file', async () => {
    expect(await readExitFile(directory)).toBeUndefined();
  });

  it.each([
    ['cut short', '{"code":0,"sig'],
    ['with a code no process has', '{"code":256,"signal":0,"oom":false,"time":"1"}'],
    ['with a signal no system has', '{"code":137,"signal":65,"oom":false,"time":"1"}'],
    ['with a time that is no number', '{"code":0,"signal":0,"oom":false,"time":"yesterday"}'],
    ['without a field', '{"code":0,"signal":0,"time":"1"}'],
  ])('are refused %s', async (_, text) => {
    writeFileSync(join(directory, 'exit.json'), text);
    await expect(readExitFile(directory)).rejects.toMatchObject({ kind: 'Internal', message: expect.stringContaining(directory) as string });
  });
});
