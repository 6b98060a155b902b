import { describe, expect, it } from 'vitest';
import { type ElfParts, makeElf } from '../../testkit/make-elf.ts';
import type { HostFiles } from './host-files.ts';
import { packToolbox } from './pack-toolbox.ts';
import { planToolbox } from './plan-toolbox.ts';

type Given = Readonly<Record<string, ElfParts | string | { readonly link: string }>>;

/** A machine with these files; `link` is a link to another path. */
function machine(given: Given): HostFiles {
  const real = (path: string): string | null => {
    let at = path;
    for (let hops = 0; hops < 20; hops++) {
      const link = Object.keys(given).find((key) => (at === key || at.startsWith(`${key}/`)) && typeof given[key] === 'object' && 'link' in given[key]);
      if (link === undefined) return at;
      at = (given[link] as { link: string }).link + at.slice(link.length);
    }
    return null;
  };
  return {
    linkOf: (path) => {
      const found = given[path];
      return Promise.resolve(typeof found === 'object' && 'link' in found ? found.link.slice(1) : null);
    },
    resolve: (path) => {
      const at = real(path);
      return Promise.resolve(at !== null && (at in given || Object.keys(given).some((key) => key.startsWith(`${at}/`))) ? at : null);
    },
    read: (path) => {
      const found = given[real(path) ?? ''];
      if (found === undefined || (typeof found === 'object' && 'link' in found)) return Promise.resolve(null);
      return Promise.resolve(typeof found === 'string' ? Buffer.from(found) : makeElf(found));
    },
  };
}
const paths = async (given: Given) => Object.fromEntries((await planToolbox(machine(given))).entries);
const LOADER = '/lib64/ld.so';

describe('what a program needs', () => {
  it('comes with it, and what that needs, from the standard directories', async () => {
    const entries = await paths({
      '/usr/bin/ls': { interpreter: LOADER, needed: ['libselinux.so.1'] },
      '/usr/lib/libselinux.so.1': { needed: ['libc.so.6'] },
      '/lib/libc.so.6': {},
      [LOADER]: {},
    });
    expect(Object.keys(entries)).toEqual(expect.arrayContaining(['/usr/bin/ls', '/usr/lib/libselinux.so.1', '/lib/libc.so.6', LOADER]));
  });

  it('is looked for where DT_RUNPATH says, beside the program, before anywhere else', async () => {
    const entries = await paths({
      '/usr/bin/ls': { needed: ['liba.so'], runpath: '$ORIGIN/../private' },
      '/usr/private/liba.so': {},
      '/usr/lib/liba.so': {},
    });
    expect(entries).toHaveProperty(['/usr/private/liba.so']);
    expect(entries).not.toHaveProperty(['/usr/lib/liba.so']);
  });

  it('takes DT_RPATH for what it needs too, DT_RUNPATH for itself alone', async () => {
    const shared = { '/opt/liba.so': { needed: ['libb.so'] }, '/opt/libb.so': {} };
    expect(await paths({ '/usr/bin/ls': { needed: ['liba.so'], rpath: '/opt' }, ...shared })).toHaveProperty(['/opt/libb.so']);
    expect(await paths({ '/usr/bin/ls': { needed: ['liba.so'], runpath: '/opt' }, ...shared })).not.toHaveProperty(['/opt/libb.so']);
  });

  it('is never of another machine', async () => {
    const entries = await paths({ '/usr/bin/ls': { needed: ['liba.so'] }, '/lib64/liba.so': { machine: 183 }, '/usr/lib/liba.so': {} });
    expect(entries).toHaveProperty(['/usr/lib/liba.so']);
    expect(entries).not.toHaveProperty(['/lib64/liba.so']);
  });

  it('may need each other, be missing, or be damaged', async () => {
    const entries = await paths({
      '/usr/bin/ls': { needed: ['liba.so', 'libgone.so', 'libbad.so'] },
      '/usr/lib/liba.so': { needed: ['libb.so'] },
      '/usr/lib/libb.so': { needed: ['liba.so'] },
      '/usr/lib/libbad.so': '\x7fELF and nothing more of it',
    });
    expect(Object.keys(entries).filter((path) => path.includes('lib'))).toEqual(['/usr/lib/liba.so', '/usr/lib/libb.so']);
  });
});

describe('a machine', () => {
  it('with everything in /usr gives an image like it, and each file once', async () => {
    const entries = await paths({
      '/bin': { link: '/usr/bin' },
      '/lib': { link: '/usr/lib' },
      '/usr/bin/dash': { interpreter: '/lib/ld.so', needed: ['libc.so.6'] },
      '/usr/bin/sh': { link: '/usr/bin/dash' },
      '/usr/bin/awk': { link: '/usr/bin/dash' },
      '/usr/lib/ld.so': {},
      '/usr/lib/libc.so.6': {},
    });
    expect(entries['/bin']).toEqual({ kind: 'link', target: 'usr/bin' });
    expect(entries['/usr/bin/sh']).toEqual({ kind: 'file', source: '/usr/bin/dash', mode: 0o755 });
    expect(entries['/usr/bin/awk']).toEqual({ kind: 'link', target: '/usr/bin/sh' });
    expect(entries).toHaveProperty(['/usr/lib/ld.so']);
    expect(Object.keys(entries).filter((path) => path.startsWith('/lib/') || path.startsWith('/bin/'))).toEqual([]);
  });

  it('with a busybox that stands alone lends its names where there is no program', async () => {
    const { entries, programs } = await planToolbox(machine({ '/bin/busybox': { type: 2 }, '/usr/bin/ls': { type: 2 } }));
    expect(entries.get('/usr/bin/vi')).toEqual({ kind: 'link', target: '/bin/busybox' });
    expect(entries.get('/bin/sh')).toEqual({ kind: 'link', target: '/usr/bin/sh' });
    expect(entries.get('/usr/bin/ls')).toMatchObject({ kind: 'file' });
    expect(programs).toEqual(expect.arrayContaining(['busybox', 'httpd', 'ls', 'sh', 'vi']));
    expect(programs).not.toContain('strace');
  });

  it('with scripts in place of programs gives none of them', async () => {
    expect((await planToolbox(machine({ '/usr/bin/ls': '#!/bin/sh\n' }))).programs).toEqual([]);
  });
});

it('the same files give the same bytes, without setuid bits', async () => {
  const files = machine({ '/usr/bin/mount': {}, '/usr/bin/ls': {} });
  const plan = await planToolbox(files);
  const pack = async () => Buffer.concat(await Array.fromAsync(packToolbox(plan, files)));
  const tar = await pack();
  expect((await pack()).equals(tar)).toBe(true);
  for (let at = 0; at < tar.length; at += 512) {
    const magic = tar.toString('latin1', at + 257, at + 262);
    if (magic === 'ustar' && tar.toString('latin1', at, at + 3) !== 'tmp' && !tar.toString('latin1', at, at + 7).startsWith('var/tmp')) {
      expect(Number.parseInt(tar.toString('latin1', at + 100, at + 107), 8) & 0o7000).toBe(0);
    }
  }
});

it('a file that goes away meanwhile ends the making', async () => {
  const files = machine({ '/usr/bin/ls': {} });
  const plan = await planToolbox(files);
  const gone: HostFiles = { ...files, read: () => Promise.resolve(null) };
  await expect(Array.fromAsync(packToolbox(plan, gone))).rejects.toMatchObject({ kind: 'Unavailable' });
});
