import { listedAs } from './paths.ts';
import type { NewFile } from './source.ts';

/** Files of one drop or choice: a folder with more is a mistake, or wants an archive. */
const MAX_FILES = 10_000;

/** Everything that was dropped, files of folders with their way below it. To be called in the event: what was dropped is gone after it. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly NewFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: NewFile[] = [];
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

/** What a file input gave; with a folder each file says where it was in it. */
export const chosenFiles = (files: FileList | null): readonly NewFile[] =>
  [...(files ?? [])].slice(0, MAX_FILES).map((file) => ({ path: listedAs(file.webkitRelativePath || file.name), content: file }));

async function collect(entry: FileSystemEntry, above: string, found: NewFile[]): Promise<void> {
  if (found.length >= MAX_FILES) return;
  const path = above + listedAs(entry.name);
  if (entry.isFile) {
    found.push({ path, content: await contentOf(entry) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // It gives some at a time, and none at its end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    // Each file is a question to another process of the browser: one at a time would take a minute for thousands.
    const files = some.filter(({ isFile }) => isFile).slice(0, MAX_FILES - found.length);
    const contents = await Promise.all(files.map(contentOf));
    for (const [at, content] of contents.entries()) found.push({ path: `${path}/${listedAs(files[at]?.name ?? '')}`, content });
    for (const child of some) if (!child.isFile) await collect(child, `${path}/`, found);
  }
}

const contentOf = (entry: FileSystemEntry): Promise<File> => new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
