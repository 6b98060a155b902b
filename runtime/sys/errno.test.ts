import { describe, expect, it } from 'vitest';
import { errnoName, errnoText, hasCode, SyscallError } from './errno.ts';

describe('errno', () => {
  it.each([
    [2, 'ENOENT', 'no such file or directory'],
    [11, 'EAGAIN', 'resource temporarily unavailable'],
    [126, 'ENOKEY', 'ENOKEY'],
    [4095, 'E4095', 'E4095'],
  ])('names %i', (number, name, text) => {
    expect(errnoName(number)).toBe(name);
    expect(errnoText(number)).toBe(text);
  });

  it('says the call, the path and the cause', () => {
    const error = new SyscallError('openat2', 40, '/a/b');
    expect(error.message).toBe('openat2 /a/b: too many symbolic links encountered');
    expect(error.details).toEqual({ call: 'openat2', errno: 40, code: 'ELOOP', path: '/a/b' });
    expect(error.kind).toBe('Internal');
  });

  it('matches codes of any error that has one', () => {
    expect(hasCode(new SyscallError('x', 2), 'EPERM', 'ENOENT')).toBe(true);
    expect(hasCode(Object.assign(new Error('x'), { code: 'EBUSY' }), 'ENOENT')).toBe(false);
    expect(hasCode(null, 'ENOENT')).toBe(false);
  });
});
