import { describe, expect, it } from 'vitest';
import { parseFileMode } from './file-mode.ts';

describe('parseFileMode', () => {
  it.each<[text: string, before: number, isDirectory: boolean, after: number]>([
    ['755', 0o600, false, 0o755],
    ['0644', 0o755, true, 0o644],
    ['4755', 0o600, false, 0o4755],
    ['0', 0o777, false, 0],
    ['u+x', 0o644, false, 0o744],
    ['+x', 0o644, false, 0o755],
    ['a-w', 0o666, false, 0o444],
    ['go=', 0o777, false, 0o700],
    ['go-rwx', 0o777, false, 0o700],
    ['u=rwX,go=rX', 0o600, false, 0o644],
    ['u=rwX,go=rX', 0o700, false, 0o755],
    ['u=rwX,go=rX', 0o600, true, 0o755],
    ['g=u', 0o640, false, 0o660],
    ['o=g', 0o750, false, 0o755],
    ['u+s', 0o755, false, 0o4755],
    ['g+s', 0o755, true, 0o2755],
    ['+t', 0o777, true, 0o1777],
    ['u=rx', 0o2777, true, 0o2577],
    ['u=r', 0o4755, false, 0o455],
    ['u+r-w', 0o200, false, 0o400],
    ['ug+rw,o-r', 0o004, false, 0o660],
  ])('%s of %o (directory: %s) is %o', (text, before, isDirectory, after) => {
    expect(parseFileMode(text)(before, isDirectory).toString(8)).toBe(after.toString(8));
  });

  it.each(['', '8', '10000', '77777', 'x', 'u', 'u+z', 'u+x,', ',u+x', '+x g+r', '-1', '0o755', 'u+ug', '0x1'])('refuses %j', (text) => {
    expect(() => parseFileMode(text)).toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining('invalid chmod parameter') as string }),
    );
  });
});
