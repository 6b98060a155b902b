import { describe, expect, it } from 'vitest';
import { AT, O } from '../sys/constants.ts';
import { createFakeSyscalls } from './fake-syscalls.ts';

describe('createFakeSyscalls', () => {
  it('records calls in order and hands out descriptors', () => {
    const fake = createFakeSyscalls();
    expect(fake.openat2(AT.FDCWD, '/a', { flags: O.RDONLY })).toBe(100);
    fake.mkdirat(100, 'b', 0o755);
    expect(fake.calls.map((call) => call.name)).toEqual(['openat2', 'mkdirat']);
    expect(fake.calls[1]?.args).toEqual([100, 'b', 0o755]);
  });

  it('fails the nth call of a name once', () => {
    const fake = createFakeSyscalls();
    fake.failNth(2, 28, 'mkdirat');
    fake.mkdirat(1, 'a', 0);
    fake.unlinkat(1, 'a', 0);
    expect(() => fake.mkdirat(1, 'b', 0)).toThrow(expect.objectContaining({ call: 'mkdirat', code: 'ENOSPC', path: 'b' }));
    expect(() => fake.mkdirat(1, 'c', 0)).not.toThrow();
  });

  it('uses the answers given and refuses to invent a result', () => {
    const fake = createFakeSyscalls({ readlinkat: () => 'target' });
    expect(fake.readlinkat(1, 'x')).toBe('target');
    expect(() => fake.lgetxattr('x', 'user.a')).toThrow(/no answer/);
  });
});
