import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type PackOptions, packDirectory } from './pack-directory.ts';

/** Names, types and contents of a plain tar. */
async function packed(files: Record<string, string>, links: Record<string, string>, options: PackOptions): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-pack-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(directory, name, '..'), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    for (const [name, target] of Object.entries(links)) await symlink(target, join(directory, name));
    const tar = Buffer.concat(await Array.fromAsync(packDirectory(directory, options)));
    const found: string[] = [];
    for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
      const text = (from: number, length: number) => tar.toString('utf8', at + from, at + from + length).split('\0')[0] ?? '';
      const size = Number.parseInt(text(124, 12), 8);
      const type = text(156, 1);
      if (type !== 'x') found.push(`${text(0, 100)} ${type} ${type === '2' ? text(157, 100) : tar.toString('utf8', at + 512, at + 512 + size)}`.trim());
      at += 512 + Math.ceil(size / 512) * 512;
    }
    return found;
  } finally {
    await rm(directory, { recursive: true });
  }
}

it('packs what is not ignored, and always the Dockerfile and the .dockerignore', async () => {
  const files = { '.dockerignore': '*\n!src\nsrc/*.log', Dockerfile: 'FROM x', 'src/a.ts': 'a', 'src/b.log': 'b', 'other/c': 'c' };
  expect(await packed(files, {}, { dockerfile: 'Dockerfile' })).toEqual([
    '.dockerignore 0 *\n!src\nsrc/*.log',
    'Dockerfile 0 FROM x',
    'src/ 5',
    'src/a.ts 0 a',
  ]);
});

it('never follows a link, wherever it leads', async () => {
  const links = { out: '/etc/passwd', folder: '/etc' };
  expect(await packed({ Dockerfile: 'FROM x' }, links, { dockerfile: 'Dockerfile' })).toEqual(['Dockerfile 0 FROM x', 'folder 2 /etc', 'out 2 /etc/passwd']);
});

it('adds a Dockerfile from elsewhere', async () => {
  const added = { name: '.dockerfile.1', content: Buffer.from('FROM y') };
  expect(await packed({ a: 'a' }, {}, { dockerfile: added.name, added })).toEqual(['a 0 a', '.dockerfile.1 0 FROM y']);
});
