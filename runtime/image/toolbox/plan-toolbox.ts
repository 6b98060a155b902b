import { posix } from 'node:path';
import { readLdCache } from '../../formats/elf/ld-cache.ts';
import type { HostFiles } from './host-files.ts';
import { librariesOf, readObject, type Search } from './library-search.ts';
import { APPLETS, DATA_FILES, LOADED_LATER, PROGRAMS } from './programs.ts';

/** A member of the toolbox: a copy of a file of this machine, made text, or a link. */
export type ToolboxEntry =
  | { readonly kind: 'file'; readonly source: string; readonly mode: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly target: string };

export interface ToolboxPlan {
  /** By absolute path in the image. */
  readonly entries: ReadonlyMap<string, ToolboxEntry>;
  /** Names of the programs in it. */
  readonly programs: readonly string[];
}

const PROGRAM_DIRECTORIES = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'] as const;
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'] as const;
/** Directories that are links where /usr holds everything. */
const TOP = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const;

const TEXTS: Readonly<Record<string, string>> = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  '/etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** Chooses what of this machine makes an image to look around with: programs that are here, and what they need to run, at the same paths. */
export async function planToolbox(files: HostFiles): Promise<ToolboxPlan> {
  const entries = new Map<string, ToolboxEntry>();
  const programs = new Set<string>();
  const cache = readLdCache((await files.read('/etc/ld.so.cache')) ?? Buffer.alloc(0));
  const search: Search = { files, cache, objects: new Map() };
  for (const top of TOP) {
    const target = await files.linkOf(top);
    if (target !== null) entries.set(top, { kind: 'link', target });
  }
  /** Where it lies in the image: its directory without links, which the image has at the top only. */
  const place = async (path: string) => posix.join((await files.resolve(posix.dirname(path))) ?? posix.dirname(path), posix.basename(path));
  /** Which path of the image has the content of a file of this machine. */
  const placed = new Map<string, string>();
  const add = async (path: string, mode: number) => {
    const source = await files.resolve(path);
    const at = await place(path);
    if (source === null || entries.has(at)) return;
    const before = placed.get(source);
    entries.set(at, before === undefined ? { kind: 'file', source, mode } : { kind: 'link', target: before });
    if (before === undefined) placed.set(source, at);
  };

  const busybox = await firstProgram(BUSYBOX, search);
  // One that needs libraries may lack what a small system is made of.
  const standalone = busybox?.elf.interpreter === '' && busybox.elf.needed.length === 0 ? busybox : null;
  if (standalone) {
    await add(standalone.path, 0o755);
    programs.add('busybox');
  }
  for (const name of PROGRAMS) {
    const program = await firstProgram(
      PROGRAM_DIRECTORIES.map((directory) => `${directory}/${name}`),
      search,
    );
    if (program) {
      await add(program.path, 0o755);
      for (const library of await librariesOf(program, search, LOADED_LATER)) await add(library, 0o755);
    } else if (standalone && APPLETS.has(name)) {
      const at = await place(`/usr/bin/${name}`);
      if (!entries.has(at)) entries.set(at, { kind: 'link', target: await place(standalone.path) });
    } else continue;
    programs.add(name);
  }
  for (const path of DATA_FILES) if (await files.read(path)) await add(path, 0o644);
  for (const [path, text] of Object.entries(TEXTS)) entries.set(path, { kind: 'text', text });
  await shellAt(entries, place);
  return { entries, programs: [...programs].sort() };
}

/** The first of the paths with a program that can be read; scripts are none, as they need others. */
async function firstProgram(paths: readonly string[], search: Search) {
  for (const path of paths) {
    const object = await readObject(path, search);
    if (object) return object;
  }
  return null;
}

/** Everybody looks for the shell at /bin/sh. */
async function shellAt(entries: Map<string, ToolboxEntry>, place: (path: string) => Promise<string>): Promise<void> {
  const at = await place('/bin/sh');
  const shell = await place('/usr/bin/sh');
  if (!entries.has(at) && entries.has(shell)) entries.set(at, { kind: 'link', target: shell });
}
