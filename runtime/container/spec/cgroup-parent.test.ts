import { describe, expect, it } from 'vitest';
import { cgroupParentOf } from './cgroup-parent.ts';

describe('cgroupParentOf', () => {
  it.each([
    ['/x', '/x'],
    ['x/y/', '/x/y'],
    ['/a/../../../etc', '/etc'],
    ['my.slice', '/my.slice'],
    ['/', '/'],
  ])('reads %j as %s', (asked, parent) => {
    expect(cgroupParentOf(asked)).toEqual({ cgroupParent: parent });
  });

  it('leaves it to the engine', () => {
    expect([cgroupParentOf(''), cgroupParentOf(null), cgroupParentOf(undefined)]).toEqual([{}, {}, {}]);
  });

  it.each(['/a\nb', '/a\0b', `/${'a'.repeat(300)}`, `/${'a/'.repeat(600)}`])('refuses %j', (asked) => {
    expect(() => cgroupParentOf(asked)).toThrow('CgroupParent: ');
  });
});
