import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { Trash } from './trash.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-trash-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const at = (...names: string[]): string => join(directory, ...names);

describe('Trash', () => {
  it('takes trees away at once and deletes all of them: wide, deep, of any names, and no more than them', async () => {
    mkdirSync(at('outside'));
    writeFileSync(at('outside', 'kept'), '');
    for (const tree of ['one', 'two']) {
      mkdirSync(at(tree, 'a/b/c'), { recursive: true });
      symlinkSync(at('outside'), at(tree, 'a', 'link'));
      execFileSync('sh', ['-ec', `mkdir wide; cd wide; seq 300 | xargs touch; e=$(printf 'caf\\351'); mkdir "$e"; touch "$e/$e"`], { cwd: at(tree) });
    }
    writeFileSync(at('file'), '');
    const trash = new Trash(at('trash'), silentLogger);
    for (const name of ['one', 'two', 'file', 'nothing']) trash.discard(at(name));
    expect(readdirSync(directory).sort()).toEqual(['outside', 'trash']);
    expect(readdirSync(at('trash'))).toHaveLength(3);
    await trash.idle();
    expect(readdirSync(at('trash'))).toEqual([]);
    expect(existsSync(at('outside', 'kept'))).toBe(true);
  });

  it('goes on with what an earlier engine left, also where paths are too long for the kernel', async () => {
    const names = Array.from({ length: 15 }, (_, index) => String(index).padStart(200, '0'));
    for (const half of ['trash', 'lower']) mkdirSync(at(half, ...names), { recursive: true });
    renameSync(at('lower'), at('trash', ...names, 'lower'));
    await new Trash(at('trash'), silentLogger).idle();
    expect(readdirSync(at('trash'))).toEqual([]);
  });
});
