import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyLogFiles, logBytes } from './empty-log-files.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-empty-log-'));
  path = join(directory, 'x-json.log');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a log without a writer', () => {
  it('is counted and emptied with its rotated files and what an earlier end has left, and nothing beside it', async () => {
    for (const [name, text] of Object.entries({ '': 'now', '.1': 'older', '.10': 'oldest', '.next': 'left' })) writeFileSync(path + name, text);
    writeFileSync(join(directory, 'hosts'), 'other');
    expect(await logBytes(path)).toBe(3 + 5 + 6 + 4);
    await emptyLogFiles(path);
    expect(readdirSync(directory).sort()).toEqual(['hosts', 'x-json.log']);
    expect([await logBytes(path), statSync(path).mode & 0o777]).toEqual([0, 0o640]);
    await emptyLogFiles(path);
    expect(await logBytes(path)).toBe(0);
  });

  it('stays whole for whoever reads it', async () => {
    writeFileSync(path, 'all of it');
    await using reader = await open(path);
    await emptyLogFiles(path);
    expect((await reader.readFile()).toString()).toBe('all of it');
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('is not made where there is none', async () => {
    await emptyLogFiles(path);
    expect([readdirSync(directory), await logBytes(path)]).toEqual([[], 0]);
  });
});
