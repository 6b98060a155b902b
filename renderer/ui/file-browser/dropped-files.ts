import { t } from '../../strings/t.ts';
import { listedAs } from './paths.ts';
import type { NewFile } from './source.ts';

/** Files of one drop or choice: a folder with more is a mistake, or wants an archive. */
const MAX_FILES = 10_000;
/** In the place of a name that a browser does not give, as it is no UTF-8. */
const NAMELESS = '\ufffd';

/**
 * Everything that was dropped, files of folders with their way below it; what cannot be sent says why. To be called in the event: what was
 * dropped is gone after it.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly NewFile[]> {
  const found: NewFile[] = [];
  const entries: FileSystemEntry[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry) entries.push(entry);
    // Such as a link to nothing.
    else found.push({ path: item.getAsFile()?.name || NAMELESS, content: null, failure: t.files.unreadable });
  }
  for (const entry of entries) await collect(entry, '', found);
  return bounded(found);
}

/** What a file input gave; with a folder each file says where it was in it. */
export const chosenFiles = (files: FileList | null): readonly NewFile[] =>
  bounded([...(files ?? [])].map((file) => ({ path: listedAs(file.webkitRelativePath || file.name), content: file })));

/** No more than are sent, and the word that there were. */
function bounded(files: readonly NewFile[]): readonly NewFile[] {
  const [left] = files.slice(MAX_FILES);
  return left ? [...files.slice(0, MAX_FILES), { path: left.path, content: null, failure: t.files.tooMany(MAX_FILES) }] : files;
}

async function collect(entry: FileSystemEntry, above: string, found: NewFile[]): Promise<void> {
  if (found.length > MAX_FILES) return;
  // Such an entry has no name at all: its folder would be read in its place, which has it again, without end.
  if (entry.name === '') return void found.push({ path: above + NAMELESS, content: null, failure: t.files.unnameable });
  const path = above + listedAs(entry.name);
  if (entry.isFile) return void found.push(await fileAt(path, entry));
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (let isEmpty = true; ; isEmpty = false) {
    // It gives some at a time, and none at its end.
    const some = await new Promise<FileSystemEntry[] | null>((resolve) => reader.readEntries(resolve, () => resolve(null)));
    if (!some) return void found.push({ path, content: null, failure: t.files.unreadable });
    if (some.length === 0) return isEmpty ? void found.push({ path, content: null }) : undefined;
    // Each file is a question to another process of the browser: one at a time would take a minute for thousands. One more than are sent is looked at.
    const files = some.filter(({ isFile, name }) => isFile && name !== '').slice(0, MAX_FILES + 1 - found.length);
    found.push(...(await Promise.all(files.map((file) => fileAt(`${path}/${listedAs(file.name)}`, file)))));
    for (const child of some) if (!child.isFile || child.name === '') await collect(child, `${path}/`, found);
  }
}

/** One that cannot be read is told of, and keeps no other from being sent. */
const fileAt = (path: string, entry: FileSystemEntry): Promise<NewFile> =>
  new Promise((resolve) =>
    (entry as FileSystemFileEntry).file(
      (content) => resolve({ path, content }),
      () => resolve({ path, content: null, failure: t.files.unreadable }),
    ),
  );
