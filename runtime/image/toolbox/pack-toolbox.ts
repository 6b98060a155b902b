import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import { END_OF_ARCHIVE, encodeEntry, type NewEntry, paddingAfter } from '../../formats/tar/writer.ts';
import type { HostFiles } from './host-files.ts';
import type { ToolboxEntry, ToolboxPlan } from './plan-toolbox.ts';

/** Largest toolbox, in bytes of files. */
const MAX_TOTAL = 512 * 1024 * 1024;
/** Directories that programs expect, beside those of the files. */
const DIRECTORIES: Readonly<Record<string, number>> = {
  '/root': 0o700,
  '/tmp': 0o1777,
  '/var/tmp': 0o1777,
  '/proc': 0o555,
  '/sys': 0o555,
  '/dev': 0o755,
  '/run': 0o755,
};

/** The plan as the tar of a root file system: everything root's, no setuid bits, no times, so that the same files give the same bytes. */
export async function* packToolbox({ entries }: ToolboxPlan, files: HostFiles): AsyncGenerator<Uint8Array> {
  for (const [path, mode] of directoriesOf(entries)) yield encodeEntry(entryOf(path, { type: 'directory', mode }));
  let total = 0;
  for (const [path, entry] of [...entries].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (entry.kind === 'link') {
      yield encodeEntry(entryOf(path, { type: 'symlink', mode: 0o777, linkName: entry.target }));
      continue;
    }
    const bytes = entry.kind === 'text' ? Buffer.from(entry.text) : await files.read(entry.source);
    if (!bytes) throw new EngineError('Unavailable', `${path} went away while the toolbox was made of it`);
    total += bytes.length;
    if (total > MAX_TOTAL) throw new EngineError('TooLarge', `this machine's tools are more than ${MAX_TOTAL} bytes`);
    yield encodeEntry(entryOf(path, { type: 'file', mode: entry.kind === 'file' ? entry.mode & 0o777 : 0o644, size: bytes.length }));
    yield bytes;
    yield paddingAfter(bytes.length);
  }
  yield END_OF_ARCHIVE;
}

/** Every directory that something lies in, parents first; not where the image has a link. */
function directoriesOf(entries: ReadonlyMap<string, ToolboxEntry>): readonly (readonly [string, number])[] {
  const modes = new Map<string, number>(Object.entries(DIRECTORIES));
  for (const path of [...entries.keys(), ...modes.keys()]) {
    for (let parent = posix.dirname(path); parent !== '/'; parent = posix.dirname(parent)) if (!modes.has(parent)) modes.set(parent, 0o755);
  }
  return [...modes].filter(([path]) => !entries.has(path)).sort(([one], [other]) => (one < other ? -1 : 1));
}

function entryOf(path: string, fields: Pick<NewEntry, 'type' | 'mode'> & { readonly size?: number; readonly linkName?: string }): NewEntry {
  return {
    name: Buffer.from(path.slice(1)),
    type: fields.type,
    mode: fields.mode,
    uid: 0,
    gid: 0,
    size: fields.size ?? 0,
    mtime: 0,
    mtimeNano: 0,
    linkName: Buffer.from(fields.linkName ?? ''),
    major: 0,
    minor: 0,
    xattrs: undefined,
  };
}
