import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../linux-syscalls.ts';
import { CgroupTrees } from './cgroup-trees.ts';

const OWN = `/slipway-trees-${process.pid}`;
const OTHER = `/slipway-other-${process.pid}`;
const STANDARD = { all: false, given: [] };

let trees: CgroupTrees;
afterEach(() => trees[Symbol.dispose]());

/** A container's directory in the hierarchy of its memory. */
function groupOf(id: string): string {
  return trees.join(id).oom?.directory ?? '';
}

describe('CgroupTrees', () => {
  it('keeps containers beneath the parents they were given', async () => {
    trees = CgroupTrees.open(createLinuxSyscalls(), OWN);
    trees.create('plain', { pids: 9 }, STANDARD);
    trees.create('placed', { pids: 9 }, STANDARD, `${OTHER}/deep`);
    expect(groupOf('plain').endsWith(`${OWN}/plain`)).toBe(true);
    const placed = groupOf('placed');
    expect(placed.endsWith(`${OTHER}/deep/placed`)).toBe(true);
    expect([existsSync(placed), trees.stats('placed').pids.limit, trees.pids('placed'), trees.list().toSorted()]).toEqual([true, 9, [], ['placed', 'plain']]);
    trees.update('placed', { pids: 11 });
    expect(trees.stats('placed').pids.limit).toBe(11);
    await trees.remove('plain');
    await trees.remove('placed');
    // Nobody is left there, so what was made for it goes, its steps too.
    expect([existsSync(placed), existsSync(placed.replace('/deep/placed', '')), trees.list()]).toEqual([false, false, []]);
  });

  it('keeps a parent until its last container is gone, and what others have made for good', async () => {
    trees = CgroupTrees.open(createLinuxSyscalls(), OWN);
    trees.create('first', {}, STANDARD, OTHER);
    trees.create('second', {}, STANDARD, OTHER);
    const parent = groupOf('first').replace('/first', '');
    mkdirSync(`${parent}/theirs`);
    await trees.remove('first');
    expect(existsSync(`${parent}/second`)).toBe(true);
    await trees.remove('second');
    expect([existsSync(`${parent}/second`), existsSync(`${parent}/theirs`), trees.list()]).toEqual([false, true, []]);
    for (const directory of [`${parent}/theirs`, parent]) rmdirSync(directory);
  });

  it('finds containers from before its time by their place', async () => {
    trees = CgroupTrees.open(createLinuxSyscalls(), OWN);
    trees.create('old', {}, STANDARD, OTHER);
    const group = groupOf('old');
    using later = CgroupTrees.open(createLinuxSyscalls(), `${OWN}-later`);
    later.place('old', OTHER);
    later.place('gone', OTHER);
    expect(later.list()).toEqual(['old']);
    await later.remove('old');
    await later.remove('gone');
    expect(existsSync(group)).toBe(false);
    await trees.remove('old');
  });

  it('refuses a parent that is no group, and leaves nothing of the attempt', () => {
    trees = CgroupTrees.open(createLinuxSyscalls(), OWN);
    expect(() => trees.create('x', {}, STANDARD, '/cgroup.procs')).toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining('CgroupParent: /cgroup.procs: ') as string }),
    );
    expect(trees.list()).toEqual([]);
  });
});
