import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

export interface StaticFile {
  readonly path: string;
  readonly type: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** The files of a built page by URL path. Only what is in this list is served, so no path can lead out of the folder. */
export function listFiles(directory: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(directory, path);
    files.set(`/${name}`, { path, type, immutable: name.startsWith('assets/') });
  }
  return files;
}

/** The file for a URL path; the page itself for `/` and for the places that the page routes by itself. */
export function findFile(files: ReadonlyMap<string, StaticFile>, path: string): StaticFile | null {
  return files.get(path) ?? (extname(path) === '' ? files.get('/index.html') : undefined) ?? null;
}

export function readFile(file: StaticFile): Buffer {
  return readFileSync(file.path);
}
