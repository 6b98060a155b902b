import { type TarEntry, tarOf } from './image-archives.ts';

/** A tar that tries to reach beyond the directory it is unpacked into, or to cost more than it should. */
export interface HostileTar {
  readonly name: string;
  /** What the refusal says; absent where the tar is legal and must merely stay inside. */
  readonly refused?: RegExp;
  readonly bytes: () => Promise<Buffer>;
}

const file = (name: string, data = 'hostile'): TarEntry => ({ header: { name }, data });
const directory = (name: string): TarEntry => ({ header: { name, type: 'directory' } });
const symlink = (name: string, linkname: string): TarEntry => ({ header: { name, type: 'symlink', linkname } });
const hardlink = (name: string, linkname: string): TarEntry => ({ header: { name, type: 'link', linkname } });

/** tar-stream cleans nothing, but cannot be trusted to keep every oddity: the name is written over and the checksum made anew. */
function withRawName(tar: Buffer, name: string): Buffer {
  const copy = Buffer.from(tar);
  copy.fill(0, 0, 100);
  copy.write(name, 0, 'latin1');
  copy.fill(' ', 148, 156);
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

/** A PAX header of `size` bytes before a file. */
async function withPax(size: number): Promise<Buffer> {
  return tarOf([{ header: { name: 'f', pax: { comment: 'x'.repeat(size) } }, data: 'x' }]);
}

/**
 * All of them are made for a directory `layer` beside which lie `outside/secret` (a file) and `outside/inner` (a
 * directory); `outside` is the absolute path of the former.
 */
export function hostileTars(outside: string): HostileTar[] {
  const tar = (name: string, entries: TarEntry[], refused?: RegExp): HostileTar => ({
    name,
    bytes: () => tarOf(entries),
    ...(refused === undefined ? {} : { refused }),
  });
  const outsideOf = /leads outside/;
  return [
    tar('a name that climbs', [file('../outside/secret')], outsideOf),
    tar('a name that climbs in the middle', [file('a/b/../../../outside/secret')], outsideOf),
    tar('a name that is only a climb', [directory('..')], outsideOf),
    tar('an absolute name', [file(`${outside}/secret`)]),
    tar('an absolute symlink as parent', [symlink('link', outside), file('link/secret')], /link to nothing/),
    tar('a climbing symlink as parent', [symlink('link', '../outside'), file('link/secret')], /link to nothing/),
    tar('a chain of symlinks as parent', [directory('a'), symlink('a/up', '..'), symlink('b', 'a/up/../outside'), file('b/secret')], /link to nothing/),
    tar('a symlink as the file itself', [symlink('secret', `${outside}/secret`), file('secret')]),
    tar('a symlink as the directory itself', [symlink('inner', `${outside}/inner`), directory('inner'), file('inner/new')]),
    tar('a directory that becomes a symlink', [directory('d'), file('d/one'), symlink('d', outside), file('d/secret')], /link to nothing/),
    tar('symlinks in a circle', [symlink('a', 'b'), symlink('b', 'a'), file('a/x')], /not a directory/),
    tar('a symlink into proc', [symlink('p', '/proc/self/root'), file('p/x')], /link to nothing/),
    tar('a hard link to outside', [hardlink('h', '../outside/secret')], outsideOf),
    tar('a hard link to an absolute name', [hardlink('h', `${outside}/secret`)], /is missing/),
    tar('a hard link by way of a symlink', [symlink('link', outside), hardlink('h', 'link/secret')], /is missing/),
    tar('a hard link to a symlink that is then written', [symlink('s', `${outside}/secret`), hardlink('h', 's'), file('h')]),
    tar('a hard link to itself', [file('f'), hardlink('f', './f')], /leads to itself/),
    tar('a hard link to a directory', [directory('d'), hardlink('h', 'd')], /invalid tar: entry "h"/),
    tar('a hard link to the root', [hardlink('h', '/')], /leads to the root/),
    tar('the root as a file', [file('./.')], /replace the root/),
    tar('the root as a symlink', [symlink('/', outside)], /replace the root/),
    tar('a whiteout of the directory above', [file('.wh...', '')], /invalid whiteout/),
    tar('a whiteout of its directory', [file('a/.wh..', '')], /invalid whiteout/),
    tar('a whiteout without a name', [file('.wh.', '')], /invalid whiteout/),
    tar('a whiteout by way of a symlink', [symlink('link', outside), file('link/.wh.secret', '')], /link to nothing/),
    tar('an opaque mark by way of a symlink', [symlink('link', outside), file('link/.wh..wh..opq', '')], /link to nothing/),
    tar('files below a whiteout', [file('.wh.x/y')], /lies below a whiteout/),
    tar('a device node', [{ header: { name: 'disk', type: 'block-device', devmajor: 8, devminor: 0 } }]),
    tar(
      'a device node by way of a symlink',
      [symlink('link', outside), { header: { name: 'link/disk', type: 'block-device', devmajor: 8 } }],
      /link to nothing/,
    ),
    tar('a file as parent', [file('f'), file('f/x')], /not a directory/),
    tar('a name of 300 bytes', [file('n'.repeat(300))], /name too long/i),
    tar('a path of 10,000 directories', [{ header: { name: 'f', pax: { path: 'd/'.repeat(10_000) } }, data: '' }], /longer than 4096 bytes/),
    tar('directories 10,000 deep by links', deepByLinks(10_000)),
    tar('an empty symlink', [{ header: { name: 's', type: 'symlink', pax: { linkpath: '' } } }], /has no target/),
    { name: 'a name with a NUL in PAX', refused: /contains a NUL/, bytes: () => tarOf([{ header: { name: 'f', pax: { path: 'a\0b' } }, data: '' }]) },
    { name: 'a name that is not UTF-8', bytes: async () => withRawName(await tarOf([file('f')]), 'caf\xe9') },
    { name: 'a PAX header of 2 MiB', refused: /extended header of \d+ bytes is too large/, bytes: () => withPax(2 * 1024 * 1024) },
    {
      name: 'a PAX record that lies about its length',
      refused: /PAX header is malformed/,
      bytes: async () => Buffer.from((await withPax(20)).toString('latin1').replace('32 comment', '99 comment'), 'latin1'),
    },
    tar('a sparse file', [{ header: { name: 'f', pax: { 'GNU.sparse.major': '1' } }, data: '' }], /sparse/),
    tar('an owner out of range', [{ header: { name: 'f', pax: { uid: '4294967295' } }, data: '' }], /owner .* out of range/),
  ];
}

/** No path is long, but each link leads to the depth of the one before and further: the tree is deeper than PATH_MAX allows. */
function deepByLinks(depth: number): TarEntry[] {
  const step = 'd/'.repeat(1900);
  const entries: TarEntry[] = [];
  for (let made = 0, link = ''; made < depth; made += 1900) {
    const path = `${link}${step}`;
    entries.push({ header: { name: 'd', type: 'directory', pax: { path } } });
    entries.push({ header: { name: `l${made}`, type: 'symlink', pax: { linkpath: path } } });
    link = `l${made}/`;
  }
  return entries;
}
