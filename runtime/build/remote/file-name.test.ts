import { describe, expect, it } from 'vitest';
import { fileNameOf } from './file-name.ts';

describe('fileNameOf', () => {
  it.each<[address: string, disposition: string | undefined, name: string]>([
    ['https://h.test/a/b.tar.gz', undefined, 'b.tar.gz'],
    ['https://h.test/a/b.tar.gz?x=1#y', undefined, 'b.tar.gz'],
    ['https://h.test/a%20b', undefined, 'a b'],
    ['https://h.test/a%2Fb', undefined, 'b'],
    ['https://h.test/%ff', undefined, '%ff'],
    ['https://h.test/', undefined, 'download'],
    ['https://h.test', undefined, 'download'],
    ['https://h.test/a/..%2f', undefined, 'download'],
    ['https://h.test/x', 'attachment; filename=y.txt', 'y.txt'],
    ['https://h.test/x', 'attachment; filename="y z.txt"', 'y z.txt'],
    ['https://h.test/x', 'attachment; filename="a\\"b"', 'a"b'],
    ['https://h.test/x', "attachment; filename=a; filename*=UTF-8''%C3%BC.txt", 'ü.txt'],
    ['https://h.test/x', 'attachment; filename="../../etc/passwd"', 'passwd'],
    ['https://h.test/x', 'attachment; filename=".."', 'x'],
    ['https://h.test/x', 'inline', 'x'],
    [`https://h.test/${'n'.repeat(300)}`, undefined, 'download'],
  ])('%s with %s is %s', (address, disposition, name) => {
    expect(fileNameOf(address, disposition)).toBe(name);
  });
});
