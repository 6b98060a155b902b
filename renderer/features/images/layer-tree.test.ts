import { expect, it } from 'vitest';
import { type Directory, type Entry, pathIn, treeLines } from './layer-tree.ts';

const entry = (name: string, type: Entry['type'] = 'file'): Entry => ({
  name,
  type,
  change: 'same',
  size: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  isEscaped: false,
  link: '',
  layer: 0,
  below: { added: 0, changed: 0, deleted: 0 },
});

it('shows what is open and was read, and how much was left out', () => {
  const directories = new Map<string, Directory>([
    ['/', { entries: [entry('etc', 'directory'), entry('top')], total: 2 }],
    ['/etc', { entries: [entry('ssl', 'directory'), entry('passwd')], total: 5 }],
    ['/etc/ssl', { entries: [entry('a.pem')], total: 1 }],
  ]);
  const shown = (open: readonly string[]) =>
    treeLines(directories, new Set(open)).map((line) => `${'  '.repeat(line.depth)}${line.kind === 'more' ? `${line.path} +${line.left}` : line.path}`);
  expect(shown([])).toEqual(['/etc', '/top']);
  expect(shown(['/etc'])).toEqual(['/etc', '  /etc/ssl', '  /etc/passwd', '  /etc +3', '/top']);
  // Open, but closed above it: not to be seen. Not read yet: nothing below it.
  expect(shown(['/etc/ssl', '/top'])).toEqual(['/etc', '/top']);
  expect(shown(['/etc', '/etc/ssl'])).toContain('    /etc/ssl/a.pem');
  expect(pathIn('/a', 'b')).toBe('/a/b');
});
