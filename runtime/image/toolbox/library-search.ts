import { posix } from 'node:path';
import { type ElfFile, isElf, readElf } from '../../formats/elf/read-elf.ts';
import type { HostFiles } from './host-files.ts';

/** The C library's own directories, where nothing else says where a library is (ld.so(8)). */
const STANDARD: readonly string[] = ['/lib64', '/usr/lib64', '/lib', '/usr/lib'];
/** Debian's directories by e_machine. */
const MULTIARCH: Readonly<Record<number, string>> = {
  62: 'x86_64-linux-gnu',
  183: 'aarch64-linux-gnu',
  40: 'arm-linux-gnueabihf',
  3: 'i386-linux-gnu',
  243: 'riscv64-linux-gnu',
};
/** No program of people needs more. */
const MAX_OBJECTS = 1000;

/** A program or library that is needed, where the loader finds it. */
export interface FoundObject {
  readonly path: string;
  readonly elf: ElfFile;
}

export interface Search {
  readonly files: HostFiles;
  /** What was read, as many programs need the same libraries. */
  readonly objects: Map<string, Promise<FoundObject | null>>;
  readonly cache: ReadonlyMap<string, readonly string[]>;
}

/**
 * Everything that `program` needs to run, its loader first: what each needs is looked for as ld.so does, in DT_RPATH of who needs it and of
 * who loaded that (unless there is a DT_RUNPATH), in DT_RUNPATH, in the cache, in the standard directories. What is not found is left out:
 * the program may still run where it is not asked for.
 */
export async function librariesOf(program: FoundObject, search: Search, also: readonly string[] = []): Promise<readonly string[]> {
  const { files } = search;
  const found = new Set<string>();
  if (program.elf.interpreter !== '' && (await files.resolve(program.elf.interpreter))) found.add(program.elf.interpreter);
  const queue: { readonly object: FoundObject; readonly rpaths: readonly string[] }[] = [{ object: program, rpaths: [] }];
  const names = new Set<string>();
  for (let next = queue.shift(); next !== undefined && found.size < MAX_OBJECTS; next = queue.shift()) {
    const { object, rpaths } = next;
    const origin = posix.dirname((await files.resolve(object.path)) ?? object.path);
    const here = expand(object.elf.rpath, origin, object.elf);
    const inherited = object.elf.runpath.length > 0 ? [] : [...here, ...rpaths];
    const directories = [...inherited, ...expand(object.elf.runpath, origin, object.elf)];
    for (const name of [...object.elf.needed, ...(object === program && program.elf.needed.length > 0 ? also : [])]) {
      // The loader knows a library by its name: the first one that was loaded is everybody's.
      if (names.has(name)) continue;
      const library = await find(name, directories, object.elf, search);
      if (!library) continue;
      names.add(name);
      found.add(library.path);
      queue.push({ object: library, rpaths: inherited });
    }
  }
  return [...found];
}

async function find(name: string, directories: readonly string[], wanted: ElfFile, search: Search): Promise<FoundObject | null> {
  const candidates = name.includes('/')
    ? [name]
    : [
        ...directories.map((directory) => posix.join(directory, name)),
        ...(search.cache.get(name) ?? []),
        ...standardDirectories(wanted).map((directory) => posix.join(directory, name)),
      ];
  for (const path of candidates) {
    if (!path.startsWith('/')) continue;
    const object = await readObject(path, search);
    if (object && object.elf.machine === wanted.machine && object.elf.bits === wanted.bits) return object;
  }
  return null;
}

/** Null for what is no program or library, or a damaged one. */
export function readObject(path: string, { files, objects }: Search): Promise<FoundObject | null> {
  let object = objects.get(path);
  if (!object) objects.set(path, (object = parseObject(path, files)));
  return object;
}

async function parseObject(path: string, files: HostFiles): Promise<FoundObject | null> {
  const bytes = await files.read(path);
  if (!bytes || !isElf(bytes)) return null;
  try {
    return { path, elf: readElf(bytes) };
  } catch {
    return null;
  }
}

function standardDirectories({ machine }: ElfFile): readonly string[] {
  const triplet = MULTIARCH[machine];
  return triplet === undefined ? STANDARD : [`/lib/${triplet}`, `/usr/lib/${triplet}`, ...STANDARD];
}

/** `$ORIGIN` is the directory of who asks; `$LIB` and `$PLATFORM` are of the C library's build and seen nowhere in use. */
function expand(paths: readonly string[], origin: string, { bits }: ElfFile): readonly string[] {
  return paths
    .map((path) => path.replaceAll(/\$ORIGIN|\$\{ORIGIN\}/g, origin).replaceAll(/\$LIB|\$\{LIB\}/g, bits === 64 ? 'lib64' : 'lib'))
    .filter((path) => path.startsWith('/') && !path.includes('$'))
    .map((path) => posix.normalize(path));
}
