import { describe, expect, it } from 'vitest';
import { gitAddress } from './git-address.ts';

describe('gitAddress', () => {
  it.each<[text: string, url: string, ref: string, subdirectory: string]>([
    ['https://example.test/a.git', 'https://example.test/a.git', '', ''],
    ['https://example.test/a.git#main', 'https://example.test/a.git', 'main', ''],
    ['https://example.test/a.git#main:dir/sub', 'https://example.test/a.git', 'main', 'dir/sub'],
    ['https://example.test/a.git#:dir', 'https://example.test/a.git', '', 'dir'],
    ['http://example.test/a.git#refs/pull/1/head', 'http://example.test/a.git', 'refs/pull/1/head', ''],
    ['git://example.test/a', 'git://example.test/a', '', ''],
    ['ssh://git@example.test:2222/a#v1.0', 'ssh://git@example.test:2222/a', 'v1.0', ''],
    ['git@example.test:a/b.git#x', 'git@example.test:a/b.git', 'x', ''],
    ['github.com/a/b#x:y', 'https://github.com/a/b', 'x', 'y'],
  ])('%s', (text, url, ref, subdirectory) => {
    expect(gitAddress(text)).toEqual({ url, ref, subdirectory });
  });

  it.each([
    'https://example.test/a.tar.gz',
    'https://example.test/a',
    'http://example.test/a.github',
    'a/b',
    '/srv/a.git',
    'file:///srv/a.git',
    'ext::sh -c x',
    '-u x',
    '',
  ])('%j names no repository', (text) => {
    expect(gitAddress(text)).toBeUndefined();
  });

  it.each(['-x', '--upload-pack=sh', '+a', 'a b', 'a..b', 'a:b'.replace(':', '^'), 'a\nb', '/a', 'a/', 'a//b', 'a@{1}', 'a*'])(
    'refuses the reference %j',
    (ref) => {
      expect(() => gitAddress(`https://example.test/a.git#${ref}`)).toThrow(expect.objectContaining({ kind: 'InvalidArgument' }));
    },
  );
});
